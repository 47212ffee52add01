// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/figures.h"
#include "widgets/models/library_model.h"

#include <QWidget>

class QAction;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QSplitter;
class QToolButton;
class QTreeView;

namespace cutline {

class FactSheet;

/// All platforms, links and systems there are, to look at with the source of every number, and to add: by double click,
/// Enter, the button, or dragged onto the system's diagram.
class LibraryPanel : public QWidget {
    Q_OBJECT
public:
    explicit LibraryPanel(QWidget* parent = nullptr);

    /// What is chosen stays where the new library has it.
    void setLibrary(const Library& library);
    void choose(LibraryModel::Kind kind, const QString& name);
    void focusFilter();

    LibraryModel* model() const { return m_model; }
    QTreeView* view() const { return m_view; }
    QLineEdit* filter() const { return m_filter; }
    QPushButton* addButton() const { return m_add; }
    FactSheet* facts() const { return m_facts; }

Q_SIGNALS:
    void platformWanted(const QString& name);
    void linkWanted(const QString& name);
    void systemWanted(const QString& name);
    /// A copy of this platform or link is to be saved as the person's own.
    void copyWanted(const QString& name);
    void openWanted();
    void newPlatformWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildButtons();
    void fitColumns();
    bool beside() const; ///< the numbers stand beside the entries, not below
    void showChosen();
    void useChosen();
    /// Each source once, to be read without the mouse; the numbers' tool tips say which is whose.
    void showSources(const std::vector<Note>& notes);
    void showFigures(const std::vector<DescriptorFigure>& figures);

    Library m_library;
    LibraryModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QLineEdit* m_filter;
    QTreeView* m_view;
    QSplitter* m_both = nullptr;
    FactSheet* m_facts;
    QPushButton* m_add;
    QToolButton* m_more;
    QAction* m_copy = nullptr;
};

} // namespace cutline
