// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QFormLayout;
class QLabel;
class QLayout;
class QVBoxLayout;
class QWidget;

namespace cutline {

/// What the panels' forms are made of: a label above its field, fields as wide as the panel.
QFormLayout* wrappedForm();
QLabel* formLabel(const QString& words, QWidget* parent);
/// Rows close together, without margins.
QVBoxLayout* tightBox();
/// Hides and removes everything in it; a row may ask for this from its own button.
void clearLayout(QLayout* layout);
/// From now on Tab goes through the fields of a page as its layout has them, those that come later among them.
void tabAsLaidOut(QWidget* page);

} // namespace cutline
