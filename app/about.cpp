// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/about.h"

#include "widgets/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QTableWidget>
#include <QVBoxLayout>

#include <array>
#include <vector>

namespace cutline {
namespace {

struct Part {
    const char *name, *use, *licence;
};

constexpr std::array kParts{
    Part{"Qt", "window, drawing", "LGPL-3.0"},
    Part{"Qt Charts", "charts", "GPL-3.0"},
    Part{"ONNX", "model schema, shape inference", "Apache-2.0"},
    Part{"Protocol Buffers", "files", "BSD-3-Clause"},
    Part{"Graphviz", "layout, runs as a process of its own", "EPL-1.0"},
    Part{"oneTBB", "parallel search", "Apache-2.0"},
    Part{"CLI11", "command line", "BSD-3-Clause"},
    Part{"JSON for Modern C++", "profiles of other tools", "MIT"},
    Part{"{fmt}", "text", "MIT"},
    Part{"pagmo", "NSGA-II", "GPL-3.0 or LGPL-3.0"},
    Part{"OpenSSL", "SHA-256", "Apache-2.0"},
};

QTableWidget* plainTable(const QStringList& headers, int rows, QWidget* parent) {
    auto* table = new QTableWidget(rows, static_cast<int>(headers.size()), parent);
    table->setHorizontalHeaderLabels(headers);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(26);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    return table;
}

void addCloseButton(QDialog& dialog, QVBoxLayout& box) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, &dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    box.addWidget(buttons);
}

using Rows = std::vector<std::pair<QString, QString>>; ///< key, what it does

void addKeys(const QMenu& menu, Rows& rows) {
    for (const QAction* action : menu.actions()) {
        if (action->menu())
            addKeys(*action->menu(), rows);
        else if (!action->shortcut().isEmpty())
            rows.emplace_back(action->shortcut().toString(QKeySequence::NativeText), QString(action->text()).remove(QLatin1Char('&')));
    }
}

} // namespace

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Cutline"));
    auto* box = new QVBoxLayout(this);
    box->setSpacing(12);
    auto* name = new QLabel(tr("Cutline %1").arg(QLatin1String(CUTLINE_VERSION)), this);
    name->setFont(fontFor(TextRole::Metric));
    auto* text = new QLabel(
        tr("Cuts a neural network over several small computers: predicts what every layer costs on every "
           "platform and link, and finds where to cut.\n\n"
           "Free software under the GNU General Public License, version 3 or later, without warranty. "
           "It stands on:"),
        this);
    text->setWordWrap(true);
    auto* table = plainTable({tr("Part"), tr("For"), tr("Licence")}, static_cast<int>(kParts.size()), this);
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const int row = static_cast<int>(i);
        table->setItem(row, 0, new QTableWidgetItem(QLatin1String(kParts[i].name)));
        table->setItem(row, 1, new QTableWidgetItem(QLatin1String(kParts[i].use)));
        table->setItem(row, 2, new QTableWidgetItem(QLatin1String(kParts[i].licence)));
    }
    box->addWidget(name);
    box->addWidget(text);
    box->addWidget(table);
    addCloseButton(*this, *box);
    resize(560, 520);
}

ShortcutsDialog::ShortcutsDialog(const QList<QMenu*>& menus, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keyboard shortcuts"));
    Rows rows;
    for (const QMenu* menu : menus) addKeys(*menu, rows);
    // What the graph itself answers to, wherever no menu names it.
    rows.emplace_back(QStringLiteral("F"), tr("Graph: fit into the view"));
    rows.emplace_back(QStringLiteral("1 .. 9"), tr("Graph: assign the selection to that platform"));
    rows.emplace_back(tr("Arrow keys"), tr("Graph: walk along edges"));
    rows.emplace_back(QStringLiteral("[   ]"), tr("Graph: move the cut by a layer; with Shift to the next single tensor"));
    rows.emplace_back(QStringLiteral("P"), tr("Graph: pin the selection, or free it"));
    rows.emplace_back(tr("Enter, Backspace"), tr("Graph: open or close the group"));
    rows.emplace_back(tr("Menu, Shift+F10"), tr("Graph, system: what can be done with what is selected"));
    rows.emplace_back(tr("Esc"), tr("Cancel a drag"));
    rows.emplace_back(tr("Arrow keys, Enter"), tr("Charts: go through plans, take the chosen one"));
    rows.emplace_back(tr("Esc"), tr("Charts: clear marked ranges, show everything again"));
    rows.emplace_back(QStringLiteral("W S A D F"), tr("Timeline: zoom, move, show everything"));
    rows.emplace_back(QStringLiteral("S, F2"), tr("Candidates: mark as favourite, note"));
    rows.emplace_back(QStringLiteral("+ \u2212 *"), tr("Candidates: open or close the group, open all"));
    rows.emplace_back(tr("Arrow keys"), tr("System: go from card to link to memory"));
    rows.emplace_back(tr("Ctrl+Arrow keys"), tr("System: move the card; with Shift further"));
    rows.emplace_back(QStringLiteral("F2"), tr("System: rename"));
    rows.emplace_back(QStringLiteral("C"), tr("System: link the platform with another"));
    rows.emplace_back(tr("Enter, Delete"), tr("System: edit the numbers, remove"));
    auto* table = plainTable({tr("Key"), tr("Does")}, static_cast<int>(rows.size()), this);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        table->setItem(static_cast<int>(i), 0, new QTableWidgetItem(rows[i].first));
        table->setItem(static_cast<int>(i), 1, new QTableWidgetItem(rows[i].second));
    }
    auto* box = new QVBoxLayout(this);
    box->addWidget(table);
    addCloseButton(*this, *box);
    resize(460, 560);
}

} // namespace cutline
