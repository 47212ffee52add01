// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>

namespace cutline {

/// When a panel tells what was edited: a moment after the last change. A choice is a step of its own in the
/// undo list; keys that follow each other are one.
class EditMoment : public QTimer {
    Q_OBJECT
public:
    enum class Edit { Choice, Typing };

    explicit EditMoment(QObject* parent = nullptr);

    /// Begins the moment anew; an edit that is not valid yet waits for the one that makes it so.
    void note(Edit edit, bool valid);
    /// Equal for edits that are one step.
    int gesture() const { return m_gesture; }

private:
    QElapsedTimer m_typing; ///< since the last key
    int m_gesture = 0;
};

} // namespace cutline
