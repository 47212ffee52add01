// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/op_call.h"

/// What the two halves of constant folding share: positions, elements, arithmetic.
namespace cutline {

std::size_t countOf(const Shape& shape);

/// Steps through the positions of a shape in row-major order.
class Position {
public:
    explicit Position(const Shape& shape) : m_shape(shape), m_at(shape.size(), 0) {}
    const std::vector<std::int64_t>& at() const { return m_at; }
    void next()
    {
        for (std::size_t i = m_shape.size(); i-- > 0;) {
            if (++m_at[i] < m_shape[i]) return;
            m_at[i] = 0;
        }
    }

private:
    const Shape& m_shape;
    std::vector<std::int64_t> m_at;
};

void copyElement(const Value& from, std::size_t i, Value& to);

/// Index in `value` of position `at` of a shape that it stretches to.
std::size_t stretchedIndex(const Value& value, const std::vector<std::int64_t>& at);

/// An integer as the type stores it.
std::int64_t wrapped(std::int64_t value, ElementType type);
void appendReal(Value& out, double value);

/// Add, Sub, Mul, Div, Mod, Pow, Max, Min and comparisons; false for others and for what has no value.
bool integerBinary(std::string_view op, std::int64_t a, std::int64_t b, std::int64_t& out);
bool realBinary(std::string_view op, double a, double b, double& out);

bool foldBinary(const OpCall& call, Value& out);
bool foldUnary(const OpCall& call, Value& out);
bool foldCast(const OpCall& call, Value& out);

} // namespace cutline
