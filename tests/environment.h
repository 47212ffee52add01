// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace cutline::test {

/// An environment variable of another value for as long as this object lives.
class Environment {
public:
    Environment(const char* name, const QByteArray& value) : m_name(name), m_set(qEnvironmentVariableIsSet(name)), m_before(qgetenv(name)) {
        qputenv(name, value);
    }
    ~Environment() { m_set ? qputenv(m_name, m_before) : qunsetenv(m_name); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* m_name;
    bool m_set;
    QByteArray m_before;
};

} // namespace cutline::test
