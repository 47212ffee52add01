// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

#include "app/document.h"

namespace cutline {

EditCommand::EditCommand(Document& document, EditKind kind, const QString& text, EditState before,
                         EditState after, int gesture)
    : QUndoCommand(text), m_document(document), m_kind(kind), m_gesture(gesture), m_before(std::move(before)),
      m_after(std::move(after)) {}

void EditCommand::undo() {
    m_document.restore(m_before);
}

void EditCommand::redo() {
    m_document.restore(m_after);
}

bool EditCommand::mergeWith(const QUndoCommand* next) {
    const auto& later = static_cast<const EditCommand&>(*next); // equal id(): same class
    if (m_gesture == 0 || later.m_gesture != m_gesture) return false;
    m_after = later.m_after;
    setText(later.text());
    setObsolete(m_before == m_after); // dragged home: no step
    return true;
}

} // namespace cutline
