// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/library_panel.h"

#include "core/base/text.h"
#include "widgets/models/figure_text.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/fact_sheet.h"
#include "widgets/panels/kit.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

QString kindText(const Link& link) {
    QString kind = text(lowered(nameOf(link.kind)));
    return kind.replace(u'_', u' ');
}

} // namespace

LibraryPanel::LibraryPanel(QWidget* parent)
    : QWidget(parent), m_model(new LibraryModel(this)), m_proxy(new QSortFilterProxyModel(this)),
      m_filter(new QLineEdit(this)), m_view(new QTreeView(this)), m_facts(new FactSheet(this)),
      m_add(new QPushButton(this)), m_more(new QToolButton(this)) {
    setAccessibleName(tr("Library"));
    onSurface(this);
    m_proxy->setSourceModel(m_model);
    m_proxy->setRecursiveFilteringEnabled(true);
    m_proxy->setFilterRole(LibraryModel::SearchRole);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setPlaceholderText(tr("Filter: name, bits, rate"));
    m_filter->setAccessibleName(tr("Filter the library"));
    m_filter->setClearButtonEnabled(true);
    m_view->setModel(m_proxy);
    m_view->setItemDelegate(new RowDelegate(m_view));
    m_view->setAccessibleName(tr("Platforms, links and systems"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHeaderHidden(true);
    m_view->setDragEnabled(true);
    m_view->setDragDropMode(QAbstractItemView::DragOnly);
    m_view->setExpandsOnDoubleClick(true);
    m_view->setUniformRowHeights(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // what does not fit is in the tool tip
    // The delegate marks the chosen row; the tree would fill the indentation before it with another colour.
    QPalette plain = m_view->palette();
    plain.setColor(QPalette::Highlight, Qt::transparent);
    m_view->setPalette(plain);
    m_view->setIndentation(12);
    m_view->setTextElideMode(Qt::ElideRight);
    m_view->header()->setMinimumSectionSize(60);
    m_view->header()->setSectionResizeMode(LibraryModel::NameColumn, QHeaderView::Interactive);
    m_view->header()->setStretchLastSection(true);
    m_both = new QSplitter(Qt::Vertical, this);
    m_both->setChildrenCollapsible(false);
    m_both->addWidget(m_view);
    m_both->addWidget(m_facts);
    m_both->setStretchFactor(0, 1);
    m_both->setStretchFactor(1, 1);
    m_view->setMinimumSize(140, 80);
    m_facts->setMinimumSize(140, 60);

    // One row, so that a low panel keeps its height for the entries and their numbers.
    auto* top = new QHBoxLayout;
    top->setContentsMargins(10, 8, 10, 0);
    top->setSpacing(6);
    top->addWidget(m_filter, 1);
    top->addWidget(m_add);
    top->addWidget(m_more);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(6);
    box->addLayout(top);
    box->addWidget(m_both, 1);
    buildButtons();
    const std::initializer_list<QWidget*> as_read{m_filter, m_add, m_more, m_view, m_facts};
    for (auto next = as_read.begin() + 1; next != as_read.end(); ++next) setTabOrder(next[-1], *next);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_proxy->setFilterFixedString(words.trimmed());
        m_view->expandAll();
    });
    m_filter->installEventFilter(this);
    connect(m_view, &QTreeView::activated, this, &LibraryPanel::useChosen); // double click or Enter
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &LibraryPanel::showChosen);
    showChosen();
}

void LibraryPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    // The numbers stand below the entries, in a low and wide panel beside them.
    const bool beside = width() >= 2 * m_view->minimumWidth() + 160 && width() > height();
    const auto orientation = beside ? Qt::Horizontal : Qt::Vertical;
    if (m_both->orientation() != orientation) {
        m_both->setOrientation(orientation);
        const int room = beside ? m_both->width() : m_both->height();
        m_both->setSizes({room / 2, room - room / 2});
    }
    fitColumns();
}

bool LibraryPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_filter || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Down && key != Qt::Key_Return && key != Qt::Key_Enter) return false;
    // To the first entry that is left, unless one is chosen.
    if (m_view->currentIndex().data(LibraryModel::NameRole).toString().isEmpty())
        for (int group = 0; group < m_proxy->rowCount(); ++group)
            if (const QModelIndex parent = m_proxy->index(group, 0); m_proxy->rowCount(parent) > 0) {
                m_view->setCurrentIndex(m_proxy->index(0, 0, parent));
                break;
            }
    m_view->setFocus();
    return true;
}

void LibraryPanel::fitColumns() {
    // Names whole where that leaves room for what they are.
    const int room = beside() ? m_both->width() / 2 : width();
    m_view->resizeColumnToContents(LibraryModel::NameColumn);
    const int names = m_view->columnWidth(LibraryModel::NameColumn);
    m_view->setColumnWidth(LibraryModel::NameColumn, std::min(names, std::max(room * 11 / 20, 100)));
}

bool LibraryPanel::beside() const {
    return m_both->orientation() == Qt::Horizontal;
}

void LibraryPanel::buildButtons() {
    m_more->setObjectName(QStringLiteral("fieldButton"));
    m_more->setText(tr("More"));
    m_more->setToolTip(tr("Own descriptors: save a copy, open a file, describe a platform"));
    m_more->setAccessibleName(tr("More about the library"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(m_more);
    m_copy = menu->addAction(tr("&Save a copy as my own descriptor..."), this, [this] {
        Q_EMIT copyWanted(m_view->currentIndex().data(LibraryModel::NameRole).toString());
    });
    menu->addAction(tr("&Open a descriptor file..."), this, &LibraryPanel::openWanted);
    menu->addAction(tr("&New platform from a data sheet..."), this, &LibraryPanel::newPlatformWanted);
    m_more->setMenu(menu);
    connect(m_add, &QPushButton::clicked, this, &LibraryPanel::useChosen);
}

void LibraryPanel::setLibrary(const Library& library) {
    const QModelIndex now = m_view->currentIndex();
    const auto kind = static_cast<LibraryModel::Kind>(now.data(LibraryModel::KindRole).toInt());
    const QString name = now.data(LibraryModel::NameRole).toString();
    m_library = library;
    m_model->setLibrary(m_library);
    m_view->expandAll();
    fitColumns();
    if (!name.isEmpty()) choose(kind, name);
    showChosen();
}

void LibraryPanel::choose(LibraryModel::Kind kind, const QString& name) {
    const QModelIndex group = m_model->index(static_cast<int>(kind), 0);
    for (int row = 0; row < m_model->rowCount(group); ++row) {
        const QModelIndex index = m_model->index(row, 0, group);
        if (index.data(LibraryModel::NameRole).toString() != name) continue;
        if (!m_proxy->mapFromSource(index).isValid()) m_filter->clear(); // it is filtered out
        const QModelIndex shown = m_proxy->mapFromSource(index);
        m_view->setCurrentIndex(shown);
        m_view->scrollTo(shown);
        return;
    }
}

void LibraryPanel::focusFilter() {
    m_filter->setFocus();
    m_filter->selectAll();
}

void LibraryPanel::showFigures(const std::vector<DescriptorFigure>& figures) {
    for (const DescriptorFigure& figure : figures) {
        if (!figure.value && !figure.note) continue; // neither known nor spoken of
        if (figure.value == 0.0 && !figure.note) continue;
        m_facts->row(text(figure.title), figureText(figure), markWord(figure.note), markSentence(figure.note));
    }
}

void LibraryPanel::showSources(const std::vector<Note>& notes) {
    QStringList sources;
    for (const Note& note : notes)
        if (!note.source.empty()) {
            const QString mark = markWord(note);
            sources << (mark.isEmpty() ? QString() : mark + QStringLiteral(": ")) + nameText(note.source, 600);
        }
    sources.removeDuplicates();
    if (sources.isEmpty()) return;
    m_facts->section(tr("Sources"));
    for (const QString& source : sources) m_facts->line(source);
}

void LibraryPanel::showChosen() {
    const QModelIndex index = m_view->currentIndex();
    const std::string name = index.data(LibraryModel::NameRole).toString().toStdString();
    const auto kind = static_cast<LibraryModel::Kind>(index.data(LibraryModel::KindRole).toInt());
    m_facts->clear();
    m_add->setEnabled(!name.empty());
    m_copy->setEnabled(!name.empty() && kind != LibraryModel::Kind::System);
    const bool is_link = kind == LibraryModel::Kind::Link && !name.empty();
    const bool is_system = kind == LibraryModel::Kind::System && !name.empty();
    m_add->setText(is_link ? tr("Link...") : is_system ? tr("Use") : tr("Add"));
    const QString action = is_link     ? tr("Link platforms with it")
                           : is_system ? tr("Use this system")
                                       : tr("Add it to the system");
    m_add->setToolTip(action + tr(" (Enter or double click)"));
    m_add->setAccessibleName(action);
    if (name.empty()) {
        m_facts->placeholder(tr("Choose an entry"), tr("Its numbers stand here, each with where it comes from."));
        return;
    }
    if (kind == LibraryModel::Kind::Platform) {
        const Platform* platform = m_library.platform(name);
        if (!platform) return;
        m_facts->heading(nameText(platform->title.empty() ? platform->name : platform->title));
        showFigures(figuresOf(*platform));
        QStringList further, unsupported;
        for (std::size_t k = 1; k <= platform->precisions.size(); ++k)
            further << text(bitsText(atPrecision(*platform, k))) + tr(" bit");
        if (!further.isEmpty()) m_facts->row(tr("Also runs at"), further.join(QStringLiteral(", ")));
        for (const std::string& op : platform->unsupported) unsupported << nameText(op, 40);
        if (!unsupported.isEmpty()) m_facts->row(tr("Cannot run"), unsupported.join(QStringLiteral(", ")));
        if (!platform->checks.empty()) m_facts->section(tr("Published measurements"));
        for (const Check& check : platform->checks)
            m_facts->row(nameText(check.what), numberOnly(check.value) + u' ' + nameText(check.unit), {},
                         nameText(check.source, 600));
        showSources(platform->notes);
    } else if (kind == LibraryModel::Kind::Link) {
        const Link* link = m_library.link(name);
        if (!link) return;
        m_facts->heading(nameText(link->title.empty() ? link->name : link->title));
        m_facts->line(kindText(*link));
        showFigures(figuresOf(*link));
        showSources(link->notes);
    } else if (const auto system = m_library.system(name)) {
        m_facts->heading(nameText(system->title.empty() ? system->name : system->title));
        m_facts->section(tr("Platforms"));
        for (const Platform& platform : system->platforms)
            m_facts->row(nameText(platform.name), nameText(platform.title.empty() ? platform.descriptor : platform.title));
        m_facts->section(tr("Links"));
        for (const Connection& connection : system->links) {
            QStringList ends;
            for (const NodeId end : connection.ends) ends << nameText(system->nodeName(end), 40);
            m_facts->row(nameText(connection.link.name), ends.join(QStringLiteral(" \u2013 ")));
        }
        showSources(system->notes);
    }
}

void LibraryPanel::useChosen() {
    const QModelIndex index = m_view->currentIndex();
    const QString name = index.data(LibraryModel::NameRole).toString();
    if (name.isEmpty()) return;
    switch (static_cast<LibraryModel::Kind>(index.data(LibraryModel::KindRole).toInt())) {
    case LibraryModel::Kind::Platform:
        Q_EMIT platformWanted(name);
        break;
    case LibraryModel::Kind::Link:
        Q_EMIT linkWanted(name);
        break;
    case LibraryModel::Kind::System:
        Q_EMIT systemWanted(name);
        break;
    }
}

} // namespace cutline
