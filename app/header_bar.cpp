// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/header_bar.h"

#include "app/finder.h"
#include "core/base/quantity.h"
#include "widgets/theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace cutline {

HeaderBar::HeaderBar(QAction* undo, QAction* redo, QAction* auto_partition, QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("headerBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(8);

    m_file = new QLabel(this);
    m_file->setFont(fontFor(TextRole::Heading));
    m_file->setTextFormat(Qt::PlainText);
    m_facts = new QLabel(this);
    m_facts->setObjectName(QStringLiteral("quiet"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setMinimumWidth(40);
    m_facts->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_on = new QLabel(tr("on"), this);
    m_on->setObjectName(QStringLiteral("quiet"));

    m_systems = new QComboBox(this);
    m_systems->setObjectName(QStringLiteral("systemChooser"));
    m_systems->setAccessibleName(tr("System"));
    m_systems->setToolTip(tr("The platforms and links that the network is cut over"));
    m_systems->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_systems, &QComboBox::activated, this,
            [this](int index) { Q_EMIT systemChosen(m_systems->itemData(index).toString()); });

    m_finder = new Finder(this);
    m_finder->setMinimumWidth(180);
    m_finder->setMaximumWidth(320);

    auto* run = new QPushButton(auto_partition->text(), this);
    run->setObjectName(QStringLiteral("autoPartition"));
    run->setProperty("primary", true);
    run->setToolTip(auto_partition->toolTip());
    run->setEnabled(auto_partition->isEnabled());
    connect(auto_partition, &QAction::changed, run, [run, auto_partition] { run->setEnabled(auto_partition->isEnabled()); });
    connect(run, &QPushButton::clicked, auto_partition, &QAction::trigger);

    row->addWidget(m_file);
    row->addWidget(m_facts, 3);
    row->addWidget(m_on);
    row->addWidget(m_systems);
    row->addStretch(1);
    row->addWidget(m_finder, 2);
    row->addWidget(iconButton(undo, QStringLiteral("\u21b6")));
    row->addWidget(iconButton(redo, QStringLiteral("\u21b7")));
    row->addWidget(run);
    setModel({}, nullptr);
}

QToolButton* HeaderBar::iconButton(QAction* action, const QString& text)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setAccessibleName(action->iconText());
    button->setToolTip(action->toolTip());
    button->setEnabled(action->isEnabled());
    button->setFocusPolicy(Qt::TabFocus);
    connect(action, &QAction::changed, button, [button, action] {
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    });
    connect(button, &QToolButton::clicked, action, &QAction::trigger);
    return button;
}

void HeaderBar::setModel(const QString& file, const GraphPtr& graph)
{
    m_file_text = graph ? file : QString();
    m_facts_text.clear();
    if (graph) {
        const auto text = [](double value, Unit unit) { return QString::fromStdString(formatQuantity(value, unit)); };
        m_facts_text = tr("%1 layers \u00b7 %2 \u00b7 %3 parameters")
                           .arg(QString::number(graph->layerCount()),
                                text(static_cast<double>(graph->totalMacs()), Unit::Mac),
                                text(static_cast<double>(graph->totalParameters()), Unit::Count));
    }
    for (QWidget* widget : {static_cast<QWidget*>(m_file), static_cast<QWidget*>(m_on)}) widget->setVisible(graph != nullptr);
    m_file->setToolTip(m_file_text);
    m_facts->setToolTip(m_facts_text);
    elideFacts();
}

void HeaderBar::elideFacts()
{
    m_file->setText(m_file->fontMetrics().elidedText(m_file_text, Qt::ElideMiddle, 260));
    m_facts->setText(m_facts->fontMetrics().elidedText(m_facts_text, Qt::ElideRight, m_facts->width()));
}

void HeaderBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    elideFacts();
}

void HeaderBar::setSystems(const QStringList& names, const QStringList& titles)
{
    m_systems->clear();
    for (qsizetype i = 0; i < names.size(); ++i) m_systems->addItem(titles[i], names[i]);
}

void HeaderBar::setCurrentSystem(const QString& name, const QString& title)
{
    int index = m_systems->findData(name);
    if (index < 0) {
        m_systems->addItem(title, name);
        index = m_systems->count() - 1;
    }
    m_systems->setItemText(index, title);
    m_systems->setCurrentIndex(index);
}

} // namespace cutline
