// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/form_kit.h"

#include "widgets/panels/kit.h"

#include <QFormLayout>
#include <QVBoxLayout>

namespace cutline {

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

} // namespace cutline
