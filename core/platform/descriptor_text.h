// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <string_view>

namespace cutline {

/// Where a message stands in its text: for errors with line and column. Private to the room's .cpp files.
struct Spot {
    const std::string& file;
    const google::protobuf::TextFormat::ParseInfoTree* tree; ///< null: position not known
    std::string inside;                                      ///< "platform SMB1"; may be empty
    int line = -1, column = -1;                              ///< of the message itself, from 0

    Spot nested(const google::protobuf::Message& message, const char* field, int index,
                std::string name) const;
    /// "sys.textproto:3:5, platform SMB1: what; fix". `index` -1 for a field that is not repeated.
    Error error(const google::protobuf::Message& message, const char* field, int index, std::string what,
                std::string fix) const;
    Error error(std::string what, std::string fix) const;
};

/// Protobuf text format into `message`. Unknown fields, wrong types and values out of their range (NaN,
/// negative, zero rates, bits outside 1..64) are errors with line and column.
Result<void> parseText(std::string_view text, const std::string& file, google::protobuf::Message& message,
                       google::protobuf::TextFormat::ParseInfoTree& tree);

/// The fields that `over` gives replace those of `base`: messages field by field, lists whole. Notes of
/// replaced fields go, notes given are added.
void overrideFields(google::protobuf::Message& base, const google::protobuf::Message& over);

std::string textOf(const google::protobuf::Message& message);

} // namespace cutline
