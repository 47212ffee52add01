// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// Valid UTF-8 without control characters: bad bytes become U+FFFD, line breaks and NUL become spaces.
/// Every name that came from a file passes through here before it is shown in a line of text.
std::string printable(std::string_view text);

/// Valid UTF-8: every byte that is not part of a well-formed sequence becomes U+FFFD. Control characters stay.
std::string validUtf8(std::string_view text);

/// Bytes of the character at the start of a text that is not seen as such: a control character, a line separator, a mark
/// that changes the writing direction; else 0.
std::size_t hiddenLength(std::string_view text);

/// The text without the byte order mark that some editors put first.
std::string_view withoutByteOrderMark(std::string_view text);

/// At most `limit` bytes with an ellipsis in the middle; never cuts a UTF-8 sequence.
std::string elided(std::string_view text, std::size_t limit);

/// A name out of a file in single quotes, made printable and shortened: for messages.
std::string inQuotes(std::string_view name, std::size_t longest = 60);

/// "1 row", "5 rows".
std::string counted(std::size_t count, std::string_view one, std::string_view several);

/// Percent-encodes `+ > , ; %` and hidden characters: names inside list cells of CSV files (interface.md).
std::string percentEncoded(std::string_view name);
std::string percentDecoded(std::string_view name);

/// One CSV cell, quoted where RFC 4180 asks for it.
std::string csvCell(std::string_view text);

/// The shortest decimal text that reads back as the same double, independent of locale. Infinity and NaN: empty.
std::string numberText(double value);

/// Reads a whole text as a double, independent of locale; false if anything is left over.
bool parseNumber(std::string_view text, double& value);

std::vector<std::string> split(std::string_view text, char separator);
std::string_view trimmed(std::string_view text);
std::string lowered(std::string_view text);

} // namespace cutline
