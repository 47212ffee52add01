// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/header_bar.h"

#include "app/finder.h"
#include "core/base/quantity.h"
#include "widgets/panels/kit.h"
#include "widgets/theme.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStylePainter>
#include <QToolButton>

#include <algorithm>

namespace cutline {
namespace {

/// Letters of a system's title that the chooser has room for.
constexpr int kLeastSystem = 16, kMostSystem = 34;

} // namespace

/// One line of text that ends in an ellipsis where the space does; the whole of it is its tool tip.
class ElidedLabel : public QWidget {
public:
    ElidedLabel(QPalette::ColorRole ink, QWidget* parent) : QWidget(parent), m_ink(ink) {
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    }
    void setText(const QString& text) {
        m_text = text;
        setToolTip(text);
        setAccessibleName(text);
        updateGeometry();
        update();
    }
    QSize sizeHint() const override {
        return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height()};
    }
    QSize minimumSizeHint() const override { return {0, fontMetrics().height()}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(m_ink == QPalette::WindowText ? palette().color(m_ink) : Theme::of(palette()).text2);
        painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
    }

private:
    QPalette::ColorRole m_ink;
    QString m_text;
};

/// A chooser whose chosen words end in an ellipsis where the space does.
class ElidedChooser : public QComboBox {
public:
    using QComboBox::QComboBox;

protected:
    void paintEvent(QPaintEvent*) override {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        const int room = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width() - 4;
        option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, room);
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }
};

HeaderBar::HeaderBar(QAction* undo, QAction* redo, QAction* auto_partition, QWidget* parent)
    : QWidget(parent) {
    setObjectName(QStringLiteral("headerBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(8);

    m_file = new ElidedLabel(QPalette::WindowText, this);
    m_file->setFont(fontFor(TextRole::Heading));
    m_file->setMaximumWidth(320);
    m_facts = new ElidedLabel(QPalette::PlaceholderText, this);
    m_on = new QLabel(tr("on"), this);
    m_on->setObjectName(QStringLiteral("quiet"));

    m_systems = new ElidedChooser(this);
    m_systems->setObjectName(QStringLiteral("systemChooser"));
    m_systems->setAccessibleName(tr("System"));
    m_systems->setToolTip(tr("The platforms and links that the network is cut over"));
    m_systems->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_systems->setFocusPolicy(Qt::TabFocus); // a wheel over it changes nothing by accident
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
    connect(auto_partition, &QAction::changed, run,
            [run, auto_partition] { run->setEnabled(auto_partition->isEnabled()); });
    connect(run, &QPushButton::clicked, auto_partition, &QAction::trigger);

    row->addWidget(m_file);
    row->addWidget(m_facts);
    row->addWidget(m_on);
    row->addWidget(m_systems);
    row->addStretch(1);
    row->addWidget(m_finder, 2);
    m_undo = iconButton(undo);
    m_redo = iconButton(redo);
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    m_constraints = new QPushButton(this);
    m_constraints->setObjectName(QStringLiteral("constraintsButton"));
    m_constraints->setToolTip(tr("Objectives, constraints, order, platforms allowed (Ctrl+T)"));
    connect(m_constraints, &QPushButton::clicked, this, &HeaderBar::settingsRequested);
    setConstraintCount(0);
    row->addWidget(m_constraints);
    row->addWidget(run);
    styleSelf();
    setModel({}, nullptr);
}

QToolButton* HeaderBar::iconButton(QAction* action) {
    auto* button = new QToolButton(this);
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

void HeaderBar::setModel(const QString& file, const GraphPtr& graph) {
    for (QWidget* widget :
         {static_cast<QWidget*>(m_file), static_cast<QWidget*>(m_facts), static_cast<QWidget*>(m_on)})
        widget->setVisible(graph != nullptr);
    m_constraints->setVisible(graph != nullptr);
    if (!graph) return;
    const auto text = [](double value, Unit unit) {
        return QString::fromStdString(formatQuantity(value, unit));
    };
    m_file->setText(file);
    constexpr int kNameStands = 190; // its figures give way before the name does
    m_file->setMinimumWidth(std::min(m_file->sizeHint().width(), kNameStands));
    m_facts->setText(tr("%1 layers \u00b7 %2 \u00b7 %3 parameters")
                         .arg(QString::number(graph->layerCount()),
                              text(static_cast<double>(graph->totalMacs()), Unit::Mac),
                              text(static_cast<double>(graph->totalParameters()), Unit::Count)));
}

void HeaderBar::setConstraintCount(std::size_t count) {
    m_constraints->setText(count == 0 ? tr("Constraints") : tr("Constraints \u00b7 %1").arg(count));
}

void HeaderBar::styleSelf() {
    const QColor ink = Theme::of(palette()).text;
    m_undo->setIcon(iconNamed(QStringLiteral("undo"), ink));
    m_redo->setIcon(iconNamed(QStringLiteral("redo"), ink));
}

void HeaderBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_redo) styleSelf();
}

void HeaderBar::setSystems(const QStringList& names, const QStringList& titles) {
    m_systems->clear();
    for (qsizetype i = 0; i < names.size(); ++i) m_systems->addItem(titles[i], names[i]);
    m_library_systems = m_systems->count();
}

void HeaderBar::setCurrentSystem(const QString& name, const QString& title) {
    while (m_systems->count() > m_library_systems) m_systems->removeItem(m_systems->count() - 1);
    int index = m_systems->findData(name);
    if (index < 0) {
        m_systems->addItem(title, name);
        index = m_systems->count() - 1;
    }
    m_systems->setItemText(index, title);
    m_systems->setCurrentIndex(index);
    m_systems->setMinimumContentsLength(
        std::clamp(static_cast<int>(title.size()), kLeastSystem, kMostSystem));
}

} // namespace cutline
