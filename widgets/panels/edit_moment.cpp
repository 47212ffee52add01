// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/edit_moment.h"

namespace cutline {
namespace {

constexpr int kMomentMs = 300;
constexpr qint64 kTypingPauseMs = 2'000; ///< keys further apart are steps of their own

} // namespace

EditMoment::EditMoment(QObject* parent) : QTimer(parent) {
    setSingleShot(true);
    setInterval(kMomentMs);
}

void EditMoment::note(Edit edit, bool valid) {
    if (edit == Edit::Choice || !m_typing.isValid() || m_typing.elapsed() > kTypingPauseMs) ++m_gesture;
    if (edit == Edit::Typing)
        m_typing.start();
    else
        m_typing.invalidate();
    if (valid)
        start();
    else
        stop();
}

} // namespace cutline
