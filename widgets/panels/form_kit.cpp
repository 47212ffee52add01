// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/form_kit.h"

#include "widgets/panels/kit.h"

#include <QEvent>
#include <QFormLayout>
#include <QPointer>
#include <QVBoxLayout>

namespace cutline {
namespace {

/// Looks at a page's fields whenever its layout may be another.
class TabOrder : public QObject {
public:
    explicit TabOrder(QWidget* page) : QObject(page), m_page(page) { page->installEventFilter(this); }

    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() != QEvent::LayoutRequest && event->type() != QEvent::Show) return false;
        QList<QPointer<QWidget>> fields;
        if (m_page->layout()) collect(*m_page->layout(), fields);
        if (fields == m_fields) return false;
        m_fields = std::move(fields);
        for (qsizetype i = 1; i < m_fields.size(); ++i) QWidget::setTabOrder(m_fields[i - 1], m_fields[i]);
        return false;
    }

private:
    static void collect(const QLayout& layout, QList<QPointer<QWidget>>& fields) {
        for (int i = 0; i < layout.count(); ++i) {
            if (QWidget* widget = layout.itemAt(i)->widget()) {
                if (widget->focusPolicy() & Qt::TabFocus)
                    fields << widget;
                else if (widget->layout())
                    collect(*widget->layout(), fields);
            } else if (const QLayout* inner = layout.itemAt(i)->layout()) {
                collect(*inner, fields);
            }
        }
    }

    QWidget* m_page;
    QList<QPointer<QWidget>> m_fields;
};

} // namespace

QFormLayout* wrappedForm() {
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

QLabel* formLabel(const QString& words, QWidget* parent) {
    return new InkLabel(Ink::Text2, TextRole::Small, words, parent);
}

QVBoxLayout* tightBox() {
    auto* box = new QVBoxLayout;
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(4);
    return box;
}

void clearLayout(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->layout()) clearLayout(item->layout());
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

void tabAsLaidOut(QWidget* page) {
    new TabOrder(page);
}

} // namespace cutline
