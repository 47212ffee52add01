// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/edit_state.h"

#include <QUndoCommand>

namespace cutline {

class Document;

/// What kind of edit a command is; equal kinds of one gesture merge into one step.
enum class EditKind : int {
    AssignLayers = 1,
    MoveCut,
    ChoosePlan,
    SetReference,
    ChangeSystem,
    ChangeOptions,
    ChangeScenario,
    ChangeFusion,
    ChangeProfiles,
    MarkPlan,
    ChangeSensitivity,
    ChangeImages,
    ArrangeCards,
    ChangeTitle,
};

/// One step of the undo list. Holds both states whole, never a difference: undo to the start is the start.
class EditCommand : public QUndoCommand {
public:
    /// `gesture` 0 never merges; steps of one kind and one gesture (a drag, a slider) become one.
    EditCommand(Document& document, EditKind kind, const QString& text, EditState before, EditState after,
                int gesture);

    int id() const override { return static_cast<int>(m_kind); }
    void undo() override;
    void redo() override;
    bool mergeWith(const QUndoCommand* next) override;

private:
    Document& m_document;
    EditKind m_kind;
    int m_gesture;
    EditState m_before, m_after;
};

} // namespace cutline
