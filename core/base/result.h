// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace cutline {

/// What a person reads when something cannot be done: where it is, the fact with its numbers, what to do next.
struct Error {
    std::string where; ///< "big.onnx, node Conv_12"
    std::string what;  ///< "no shape for input x"
    std::string fix;   ///< "give --shape x=1,3,224,224"; may be empty

    friend bool operator==(const Error&, const Error&) = default;

    /// One line: "where: what; fix". Line breaks and control characters are replaced, so that it stays one.
    std::string message() const;
};

/// A value or an Error. Bad input travels up as a value; exceptions never cross the core's border.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return m_state.index() == 0; }
    bool ok() const { return m_state.index() == 0; }

    T& operator*() & { return std::get<0>(m_state); }
    const T& operator*() const& { return std::get<0>(m_state); }
    T&& operator*() && { return std::get<0>(std::move(m_state)); }
    T* operator->() { return &std::get<0>(m_state); }
    const T* operator->() const { return &std::get<0>(m_state); }

    const Error& error() const { return std::get<1>(m_state); }

private:
    std::variant<T, Error> m_state;
};

template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    explicit operator bool() const { return !m_error; }
    bool ok() const { return !m_error; }
    const Error& error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace cutline
