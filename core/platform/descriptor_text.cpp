// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/descriptor_text.h"

#include "core/base/text.h"
#include "core/platform/near_names.h"

#include <link.pb.h>
#include <platform.pb.h>
#include <scenario.pb.h>
#include <system.pb.h>

#include <google/protobuf/io/tokenizer.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace cutline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;
using Tree = TextFormat::ParseInfoTree;

/// Keeps the first error; the parser goes on after some.
class FirstError : public google::protobuf::io::ErrorCollector {
public:
    void AddError(int line, int column, const std::string& message) override {
        if (!m_message.empty()) return;
        m_line = line;
        m_column = column;
        m_message = message;
    }
    void AddWarning(int, int, const std::string&) override {}

    const std::string& message() const { return m_message; }
    int line() const { return m_line; }
    int column() const { return m_column; }

private:
    std::string m_message;
    int m_line = -1, m_column = -1;
};

std::string place(const std::string& file, int line, int column) {
    if (line < 0) return printable(file);
    return printable(file) + ":" + std::to_string(line + 1) + ":" + std::to_string(column + 1);
}

bool parses(std::string_view text, Message& message, Tree* tree, FirstError& errors) {
    TextFormat::Parser parser;
    parser.RecordErrorsTo(&errors);
    if (tree) parser.WriteLocationsTo(tree);
    return parser.ParseFromString(std::string(text), &message);
}

/// The parts between double quotes of the parser's message.
std::vector<std::string> quotedNames(const std::string& message) {
    std::vector<std::string> parts = split(message, '"'), inside;
    for (std::size_t i = 1; i + 1 < parts.size(); i += 2) inside.push_back(parts[i]);
    return inside;
}

std::vector<std::string> fieldNames(const Descriptor& type) {
    std::vector<std::string> names;
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
    return names;
}

/// The parser stands behind the name of an unknown field when it reports it: steps back to the name.
void moveToName(std::string_view text, const std::string& name, int& line, int& column) {
    const std::vector<std::string> lines = split(text, '\n');
    auto end = static_cast<std::size_t>(column);
    for (int l = std::min(line, static_cast<int>(lines.size()) - 1); l >= 0; --l, end = std::string::npos) {
        const auto at = lines[static_cast<std::size_t>(l)].rfind(name, end);
        if (at == std::string::npos) continue;
        line = l;
        column = static_cast<int>(at);
        return;
    }
}

/// The enumeration of a field of that name, in the message or in one below it.
const google::protobuf::EnumDescriptor* enumOf(const Descriptor& type, const std::string& field, std::vector<const Descriptor*>& seen) {
    if (std::find(seen.begin(), seen.end(), &type) != seen.end()) return nullptr;
    seen.push_back(&type);
    for (int i = 0; i < type.field_count(); ++i) {
        const FieldDescriptor& at = *type.field(i);
        if (at.enum_type() && at.name() == field) return at.enum_type();
        if (at.message_type())
            if (const auto* found = enumOf(*at.message_type(), field, seen)) return found;
    }
    return nullptr;
}

std::string valuesNear(const std::string& value, const std::string& field, const Descriptor& root) {
    std::vector<const Descriptor*> seen;
    const auto* type = enumOf(root, field, seen);
    std::vector<std::string> names;
    for (int i = 0; type && i < type->value_count(); ++i) names.push_back(type->value(i)->name());
    return names.empty() ? "give one of its values" : nearNames(value, names);
}

/// What stands at a place of the text: a word or one character, in quotes.
std::string foundAt(std::string_view text, int line, int column) {
    const std::vector<std::string> lines = split(text, '\n');
    if (line < 0 || static_cast<std::size_t>(line) >= lines.size()) return {};
    std::size_t at = 0;
    // The parser counts a tab up to the next multiple of eight.
    for (int seen = 0; at < lines[static_cast<std::size_t>(line)].size() && seen < column; ++at)
        seen += lines[static_cast<std::size_t>(line)][at] == '\t' ? 8 - seen % 8 : 1;
    const std::string_view rest = trimmed(std::string_view(lines[static_cast<std::size_t>(line)]).substr(at));
    return rest.empty() ? std::string() : inQuotes(rest.substr(0, std::max<std::size_t>(1, rest.find_first_of(" \t:{}[]<>;,"))), 40);
}

/// What the parser wanted instead, in plain words; empty where its message does not say.
std::string wantedIn(const std::string& message) {
    if (message.rfind("Expected ", 0) != 0) return {};
    const std::vector<std::string> names = quotedNames(message);
    const std::string_view wanted = std::string_view(message).substr(9);
    if (wanted.rfind("identifier", 0) == 0) return "the name of a field";
    if (wanted.rfind("integer", 0) == 0) return "a whole number";
    if (wanted.rfind("double", 0) == 0) return "a number";
    if (wanted.rfind("string", 0) == 0) return "a text in quotes";
    if (!names.empty() && wanted.front() == '"') return "'" + names[0] + "'";
    return {};
}

/// The parser's words in ours: what is wrong, and what to do about it.
std::pair<std::string, std::string> explained(const std::string& message, const Descriptor& root, const std::string& found) {
    const std::vector<std::string> names = quotedNames(message);
    const auto says = [&](std::string_view words) { return message.find(words) != std::string::npos; };
    if (says("has no field named") && names.size() == 2) {
        const Descriptor* type = DescriptorPool::generated_pool()->FindMessageTypeByName(names[0]);
        if (!type) type = &root;
        return {"unknown field " + elided(names[1], 60) + " in " + type->name(),
                nearNames(names[1], fieldNames(*type))};
    }
    if (says("specified multiple times") && !names.empty())
        return {names[0] + " stands there twice", "give it once"};
    if (says("Unknown enumeration value") && names.size() == 2)
        return {names[1] + " has no value " + inQuotes(names[0]), valuesNear(names[0], names[1], root)};
    if (says("Invalid value for boolean field") && !names.empty())
        return {names[0] + " is neither true nor false", "give true or false"};
    if (says("out of range")) return {"a number is too large or below what its field takes", "give a smaller one"};
    if (says("must be an integer") || says("need to be")) return {"a number is not of its field's kind", "correct it"};
    if (says("String literals cannot cross") || says("Unexpected end of string"))
        return {"a text has no closing quote on its line", "close it"};
    if (says("too deep")) return {"messages are nested too deep", "take some levels out"};
    const std::string wanted = wantedIn(message);
    const std::string here = found.empty() ? "the text ends" : found + " stands";
    const std::string fix = found.empty() ? "close every bracket and quote" : "correct the line: NAME: VALUE, or NAME { .. }";
    if (!wanted.empty()) return {here + " where " + wanted + " should stand", fix};
    return {found.empty() ? "the text ends too early" : found + " does not belong there", fix};
}

/// "system" if the text reads as one and is not empty, and so on.
std::string kindThatReads(std::string_view text) {
    const auto tries = [&](Message& message) {
        FirstError silent;
        return parses(text, message, nullptr, silent) && message.ByteSizeLong() > 0;
    };
    proto::Platform platform;
    proto::Link link;
    proto::System system;
    proto::Scenario scenario;
    if (tries(system)) return "system";
    if (tries(platform)) return "platform";
    if (tries(link)) return "link";
    if (tries(scenario)) return "scenario";
    return {};
}

struct Range {
    std::string_view type, field; ///< type empty: any
    double low, high;
    bool low_included;
};

constexpr double kAny = std::numeric_limits<double>::max();
/// Fields whose values are narrower than "finite and not negative". The first that fits counts.
constexpr std::array kRanges{
    Range{"Check", "value", -kAny, kAny, true},
    Range{"Requirement", "at_most", -kAny, kAny, true},
    Range{"Requirement", "at_least", -kAny, kAny, true},
    Range{"Limit", "at_most", -kAny, kAny, true},
    Range{"Limit", "at_least", -kAny, kAny, true},
    Range{"", "weight_bits", 1, 64, true},
    Range{"", "activation_bits", 1, 64, true},
    Range{"", "clock_hz", 0, kAny, false},
    Range{"", "rate_hz", 0, kAny, false},
    Range{"", "rate_bits_per_s", 0, kAny, false},
    Range{"", "arbitration_rate_bits_per_s", 0, kAny, false},
    Range{"", "macs_per_s", 0, kAny, false},
    Range{"", "bandwidth_bytes_per_s", 0, kAny, false},
    Range{"", "dram_bytes_per_s", 0, kAny, false},
    Range{"", "bandwidth_efficiency", 0, 1, false},
    Range{"Link", "efficiency", 0, 1, false},
    Range{"Efficiency", "value", 0, kAny, false},
    Range{"", "duty_cycle", 0, 1, false},
    Range{"", "stuffing", 0, 1, true},
    Range{"", "bits_per_byte", 1, 64, true},
    Range{"Level", "block", 0, kAny, false},
    Range{"", "granule_in", 1, kAny, true},
    Range{"", "granule_out", 1, kAny, true},
    Range{"Level", "fan_out", 1, kAny, true},
    Range{"", "factor", 1, kAny, true},
    Range{"Dimension", "size", 1, kAny, true},
    Range{"Background", "load", 0, 1, true},
    Range{"Search", "time_limit_s", 0, kAny, false},
    Range{"Search", "epsilon", 0, 1, true},
    Range{"Search", "resolution", 0, 1, true},
    Range{"Search", "threads", 0, 1024, true},
};

Range rangeOf(const FieldDescriptor& field) {
    for (const Range& range : kRanges)
        if (range.field == field.name() &&
            (range.type.empty() || range.type == field.containing_type()->name()))
            return range;
    return {"", "", 0, kAny, true};
}

std::optional<double> numberAt(const Message& message, const FieldDescriptor& field, int index) {
    const auto& reflection = *message.GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
        return many ? reflection.GetRepeatedDouble(message, &field, index)
                    : reflection.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
        return many ? reflection.GetRepeatedInt32(message, &field, index)
                    : reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
        return static_cast<double>(many ? reflection.GetRepeatedInt64(message, &field, index)
                                        : reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
        return many ? reflection.GetRepeatedUInt32(message, &field, index)
                    : reflection.GetUInt32(message, &field);
    default:
        return std::nullopt;
    }
}

std::optional<std::string> rangeFault(double value, const Range& range) {
    if (std::isfinite(value) && value <= range.high &&
        (range.low_included ? value >= range.low : value > range.low))
        return std::nullopt;
    if (range.high < kAny)
        return (range.low_included ? "give " + numberText(range.low) + " to "
                                   : "give more than " + numberText(range.low) + " and at most ") +
               numberText(range.high);
    if (range.low == -kAny) return "give a finite number";
    if (range.low > 0) return "give " + numberText(range.low) + " or more";
    return range.low_included ? "give 0 or more" : "give more than 0";
}

/// NaN and infinity as the text format writes them.
std::string shown(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    return numberText(value);
}

std::optional<Error> checkNumbers(const Message& message, const Tree* tree, const std::string& file,
                                  const std::string& path) {
    const auto& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
        const std::string name = path.empty() ? field->name() : path + "." + field->name();
        for (int i = 0; i < count; ++i) {
            const int index = field->is_repeated() ? i : -1;
            if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
                const Message& inner = field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                            : reflection.GetMessage(message, field);
                if (auto error = checkNumbers(inner, tree ? tree->GetTreeForNested(field, index) : nullptr,
                                              file, name))
                    return error;
                continue;
            }
            const auto value = numberAt(message, *field, i);
            if (!value) continue;
            const auto fault = rangeFault(*value, rangeOf(*field));
            if (!fault) continue;
            const auto at = tree ? tree->GetLocation(field, index) : TextFormat::ParseLocation();
            return Error{place(file, at.line, at.column), name + " is " + shown(*value), *fault};
        }
    }
    return std::nullopt;
}

const FieldDescriptor& fieldNamed(const Message& message, const char* name) {
    const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
    assert(field);
    return *field;
}

void noteNames(const Message& over, const std::string& path, std::vector<std::string>& paths) {
    std::vector<const FieldDescriptor*> fields;
    over.GetReflection()->ListFields(over, &fields);
    for (const FieldDescriptor* field : fields) {
        const std::string name = path.empty() ? field->name() : path + "." + field->name();
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated())
            noteNames(over.GetReflection()->GetMessage(over, field), name, paths);
        else
            paths.push_back(name);
    }
}

/// Drops the notes of `base` that speak about a field that `over` gives, or that `over` has a note on.
void dropStaleNotes(Message& base, const Message& over) {
    const FieldDescriptor* field = base.GetDescriptor()->FindFieldByName("note");
    if (!field) return;
    std::vector<std::string> paths;
    noteNames(over, {}, paths);
    const auto& reflection = *base.GetReflection();
    for (int i = 0; i < reflection.FieldSize(over, field); ++i)
        paths.push_back(
            static_cast<const proto::Note&>(reflection.GetRepeatedMessage(over, field, i)).field());
    const auto stale = [&](const std::string& about) {
        return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
            return about == path || about.rfind(path + ".", 0) == 0;
        });
    };
    std::vector<proto::Note> kept;
    for (int i = 0; i < reflection.FieldSize(base, field); ++i) {
        const auto& note = static_cast<const proto::Note&>(reflection.GetRepeatedMessage(base, field, i));
        if (!stale(note.field())) kept.push_back(note);
    }
    reflection.ClearField(&base, field);
    for (const proto::Note& note : kept) reflection.AddMessage(&base, field)->CopyFrom(note);
}

void replaceFields(Message& base, const Message& over) {
    const auto& reflection = *base.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(over, &fields);
    for (const FieldDescriptor* field : fields) {
        if (field->name() == "note") continue;
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated())
            replaceFields(*reflection.MutableMessage(&base, field), reflection.GetMessage(over, field));
        else
            reflection.ClearField(&base, field);
    }
}

} // namespace

Spot Spot::nested(const Message& message, const char* field, int index, std::string name) const {
    const FieldDescriptor& descriptor = fieldNamed(message, field);
    Spot spot{file, tree ? tree->GetTreeForNested(&descriptor, index) : nullptr, std::move(name)};
    if (tree) {
        const auto at = tree->GetLocation(&descriptor, index);
        spot.line = at.line;
        spot.column = at.column;
    }
    return spot;
}

Error Spot::error(const Message& message, const char* field, int index, std::string what,
                  std::string fix) const {
    int at_line = line, at_column = column;
    if (tree) {
        const auto at = tree->GetLocation(&fieldNamed(message, field), index);
        if (at.line >= 0) {
            at_line = at.line;
            at_column = at.column;
        }
    }
    std::string where = place(file, at_line, at_column);
    if (!inside.empty()) where += ", " + inside;
    return {std::move(where), std::move(what), std::move(fix)};
}

Error Spot::error(std::string what, std::string fix) const {
    std::string where = place(file, line, column);
    if (!inside.empty()) where += ", " + inside;
    return {std::move(where), std::move(what), std::move(fix)};
}

Result<void> parseText(std::string_view text, const std::string& file, Message& message, Tree& tree) {
    text = withoutByteOrderMark(text);
    FirstError errors;
    if (!parses(text, message, &tree, errors)) {
        const std::string wanted = lowered(message.GetDescriptor()->name());
        const std::string kind = kindThatReads(text);
        if (!kind.empty() && kind != wanted)
            return Error{printable(file), "is a " + kind + ", not a " + wanted, "give a " + wanted + " file"};
        auto [what, fix] = explained(errors.message(), *message.GetDescriptor(), foundAt(text, errors.line(), errors.column()));
        int line = errors.line(), column = errors.column();
        if (errors.message().find("has no field named") != std::string::npos)
            moveToName(text, quotedNames(errors.message()).back(), line, column);
        return Error{place(file, line, column), std::move(what), std::move(fix)};
    }
    if (auto error = checkNumbers(message, &tree, file, {})) return *error;
    return {};
}

void overrideFields(Message& base, const Message& over) {
    dropStaleNotes(base, over);
    replaceFields(base, over);
    base.MergeFrom(over);
}

std::string textOf(const Message& message) {
    TextFormat::Printer printer;
    printer.SetUseUtf8StringEscaping(true);
    std::string text;
    printer.PrintToString(message, &text);
    return text;
}

} // namespace cutline
