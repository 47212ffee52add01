// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

#include "core/base/text.h"

namespace cutline {

std::string Error::message() const
{
    std::string text = where.empty() ? what : where + ": " + what;
    if (!fix.empty()) text += "; " + fix;
    return printable(text);
}

} // namespace cutline
