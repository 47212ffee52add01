// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document.h"
#include "widgets/picture_file.h"

#include <QString>

namespace cutline {

enum class PlanFormat { Json, Csv };

/// The chosen plan as interface.md describes it ("explore --format json" with one plan), as it is when this is called:
/// wording and writing it, which take longer the more candidates there are, are left for a worker. Errors: no plan, the disk.
FileWork planFile(const Document& document, const QString& path, PlanFormat format);
/// All candidates of the last search.
FileWork candidatesFile(const Document& document, const QString& path, PlanFormat format);

} // namespace cutline
