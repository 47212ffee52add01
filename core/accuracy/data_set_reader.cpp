// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/data_set.h"
#include "core/accuracy/data_set_facts.h"
#include "core/accuracy/picture_folder.h"
#include "core/base/array_file.h"
#include "core/base/csv.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace cutline {

namespace fs = std::filesystem;
using nlohmann::json;

/// Builds a DataSet from its description or folder.
class DataSetReader {
public:
    DataSetReader(const std::string& path, DataSet::Section section)
        : m_path(path), m_where(printable(path)),
          m_section(section == DataSet::Section::Test ? "test" : "calibration") {}

    Result<DataSet> fromJson();
    Result<DataSet> fromFolder(const PictureReader* reader);

private:
    Error error(std::string what, std::string fix) const { return {m_where, std::move(what), std::move(fix)}; }
    Result<void> readPreprocessing(const json& root);
    Result<void> readFactors(const json& root, const char* key, float fallback, std::vector<float>& values);
    Result<void> readSize(const json& root, const char* key, std::size_t& height, std::size_t& width);
    Result<void> readImages(const json& root, const json& section);
    Result<void> placeImages(const json& root, ArrayFile array, const std::string& file);
    Result<void> readLabels(const json& section);
    Result<std::vector<std::uint32_t>> labelsOf(const std::string& file) const;
    Result<std::vector<std::uint32_t>> labelsFromCsv(const std::string& text, const std::string& file) const;
    Result<void> checkLabels(const std::string& file);
    Result<DataSet> finished();
    std::string beside(const std::string& file) const {
        return fs::path(file).is_absolute() ? file : (fs::path(m_path).parent_path() / file).string();
    }

    std::string m_path, m_where, m_section;
    DataSet m_set;
    bool m_bytes = true; ///< pixels are bytes
    std::size_t m_in_file = 0; ///< images, of which the description may take the first
};

namespace {

std::string numbersOf(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t d : shape) text += (text.empty() ? "" : "x") + std::to_string(d);
    return text;
}

/// A number of the description that must be a whole one; 0 where it is not there.
std::size_t wholeNumber(const json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_number_unsigned() ? at->get<std::size_t>() : 0;
}

std::string textOf(const json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

} // namespace

Result<void> DataSetReader::readFactors(const json& root, const char* key, float fallback, std::vector<float>& values) {
    values = {fallback};
    const auto at = root.find(key);
    if (at == root.end()) return {};
    values.clear();
    const auto add = [&](const json& number) {
        if (number.is_number()) values.push_back(number.get<float>());
        return number.is_number() && std::isfinite(values.back());
    };
    bool good = true;
    if (at->is_array())
        for (const json& number : *at) good = good && add(number);
    else
        good = add(*at);
    if (!good || values.empty())
        return error(std::string("'") + key + "' is not a list of numbers", "give one number a channel");
    if (values.size() != 1 && values.size() != m_set.m_channels)
        return error(std::string("'") + key + "' has " + std::to_string(values.size()) + " numbers for " +
                         std::to_string(m_set.m_channels) + " channels",
                     "give one number a channel");
    return {};
}

Result<void> DataSetReader::readSize(const json& root, const char* key, std::size_t& height, std::size_t& width) {
    const auto at = root.find(key);
    if (at == root.end()) return {};
    if (at->is_number_unsigned()) {
        height = width = at->get<std::size_t>();
    } else if (at->is_array() && at->size() == 2 && (*at)[0].is_number_unsigned() && (*at)[1].is_number_unsigned()) {
        height = (*at)[0].get<std::size_t>();
        width = (*at)[1].get<std::size_t>();
    }
    if (height < 1 || width < 1 || height > 8192 || width > 8192)
        return error(std::string("'") + key + "' is not a size", "write it [height, width]");
    return {};
}

Result<void> DataSetReader::readPreprocessing(const json& root) {
    Preprocessing& how = m_set.m_how;
    how.divisor = m_bytes ? 255 : 1;
    if (const auto at = root.find("scale"); at != root.end()) {
        if (!at->is_number() || !(at->get<double>() > 0))
            return error("'scale' is not a number above 0", "write what a pixel is multiplied by, like 0.00392157");
        how.divisor = static_cast<float>(1 / at->get<double>());
    }
    if (auto read = readFactors(root, "mean", 0, how.mean); !read) return read;
    if (auto read = readFactors(root, "std", 1, how.deviation); !read) return read;
    for (const float deviation : how.deviation)
        if (!(deviation > 0))
            return error("'std' has " + (deviation == 0 ? "a 0" : numberText(static_cast<double>(deviation))),
                         "give the deviation of each channel, above 0");
    for (const char* key : {"mean", "std"})
        if (!root.contains(key))
            m_set.m_notes.push_back(m_where + ": no '" + key + "' is given, taken as " + (*key == 'm' ? "0" : "1") +
                                    "; give what the network was trained with");
    if (auto note = formulaNote(root, m_bytes, m_where); !note.empty()) m_set.m_notes.push_back(std::move(note));
    const std::string layout = textOf(root, "layout_model");
    if (layout == "NHWC")
        how.layout = Preprocessing::Layout::ChannelsLast;
    else if (!layout.empty() && layout != "NCHW")
        return error("'layout_model' is " + printable(layout), "use NCHW or NHWC");
    m_set.m_output = textOf(root, "output");
    const std::string order = textOf(root, "channel_order"), model_order = textOf(root, "channel_order_model");
    how.swap_channels = !order.empty() && !model_order.empty() && order != model_order;
    if (auto read = readSize(root, "resize", how.resize_height, how.resize_width); !read) return read;
    if (auto read = readSize(root, "crop", how.crop_height, how.crop_width); !read) return read;
    const std::size_t height = how.resize_height ? how.resize_height : m_set.m_height;
    const std::size_t width = how.resize_width ? how.resize_width : m_set.m_width;
    if (how.crop_height > height || how.crop_width > width)
        return error("'crop' is larger than the images, " + numbersOf({height, width}), "crop less, or resize first");
    return {};
}

Result<void> DataSetReader::placeImages(const json& root, ArrayFile array, const std::string& file) {
    const std::string layout = textOf(root, "layout_file");
    std::vector<std::size_t> shape = array.shape;
    if (shape.size() == 3) shape.push_back(1);
    m_set.m_channels_first = layout == "NCHW" && array.shape.size() == 4;
    if (shape.size() != 4 || (!layout.empty() && layout != "NHW" && layout != "NHWC" && layout != "NCHW"))
        return Error{file, "has shape " + numbersOf(array.shape) + (layout.empty() ? "" : ", layout " + printable(layout)),
                     "give images as NHW, NHWC or NCHW"};
    if (m_set.m_channels_first) std::rotate(shape.begin() + 1, shape.begin() + 2, shape.end());
    m_set.m_height = shape[1];
    m_set.m_width = shape[2];
    m_set.m_channels = shape[3];
    for (const auto& [key, is] : {std::pair<const char*, std::size_t>{"height", shape[1]},
                                  {"width", shape[2]},
                                  {"channels", shape[3]}})
        if (const std::size_t said = wholeNumber(root, key); said != 0 && said != is)
            return Error{file, std::string(key) + " is " + std::to_string(is) + ", the description says " +
                                   std::to_string(said),
                         "correct " + m_where + " or 'layout_file'"};
    if (m_set.m_height == 0 || m_set.m_width == 0 || m_set.m_channels == 0 || shape[0] == 0)
        return Error{file, "has no images: shape " + numbersOf(array.shape), "give a file with images"};
    m_set.m_count = m_in_file = shape[0];
    m_bytes = array.type == ArrayFile::Type::UInt8;
    if (const std::string said = lowered(textOf(root, "dtype")); !said.empty() && (said == "uint8") != m_bytes)
        return Error{file, std::string("holds ") + (m_bytes ? "uint8" : "other numbers than uint8") +
                               ", the description says " + said,
                     "correct 'dtype' in " + m_where};
    if (m_bytes) {
        m_set.m_bytes = std::make_shared<const std::string>(std::move(array.bytes));
    } else {
        std::vector<float> values(array.count());
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<float>(array.at(i));
            if (!std::isfinite(values[i]))
                return Error{file + ", row " + std::to_string(i / (values.size() / m_set.m_count) + 1),
                             "an image has a value that is not finite", "correct it, or leave the image out"};
        }
        m_set.m_floats = std::make_shared<const std::vector<float>>(std::move(values));
    }
    return {};
}

Result<void> DataSetReader::readImages(const json& root, const json& section) {
    const std::string name = textOf(section, "images");
    if (name.empty())
        return error("section '" + m_section + "' names no 'images'", "name an IDX or NPY file of images beside the description; texts and sounds are not read");
    const std::string file = beside(name);
    auto array = readArrayFile(file);
    if (!array) return array.error();
    if (auto placed = placeImages(root, *std::move(array), printable(file)); !placed) return placed;
    if (const auto at = section.find("count"); at != section.end()) {
        const std::size_t wanted = wholeNumber(section, "count");
        if (wanted == 0) return error("'count' is not a number of images", "write a whole number, or leave it out");
        if (wanted > m_set.m_count)
            return Error{printable(file),
                         "has " + std::to_string(m_set.m_count) + " images, the description says " +
                             std::to_string(wanted),
                         "correct 'count' in " + m_where};
        m_set.m_count = wanted;
    }
    return {};
}

Result<std::vector<std::uint32_t>> DataSetReader::labelsFromCsv(const std::string& text, const std::string& file) const {
    const std::vector<CsvRecord> records = csvRecords(text);
    std::size_t column = 0, from = 0;
    double number = 0;
    const auto classOf = [&](const std::string& cell) {
        const std::string name(trimmed(cell));
        const auto at = std::find(m_set.m_classes.begin(), m_set.m_classes.end(), name);
        return at == m_set.m_classes.end() ? -1 : static_cast<int>(at - m_set.m_classes.begin());
    };
    // A first row that is neither a number nor a class is a header; its column `label` is read.
    const std::size_t columns = records.empty() ? 1 : records[0].cells.size();
    if (!records.empty() && !parseNumber(trimmed(records[0].cells[0]), number) && classOf(records[0].cells[0]) < 0) {
        from = 1;
        const auto isLabel = [](const std::string& cell) { return lowered(trimmed(cell)) == "label"; };
        column = static_cast<std::size_t>(
            std::find_if(records[0].cells.begin(), records[0].cells.end(), isLabel) - records[0].cells.begin());
        if (columns == 1) column = 0;
    }
    if (columns > 1 && (from == 0 || column == columns))
        return Error{printable(file) + ":" + std::to_string(records[0].line),
                     "of " + std::to_string(columns) + " columns none is called 'label'", "name it in a first row, or leave one column"};
    std::vector<std::uint32_t> labels;
    for (std::size_t i = from; i < records.size(); ++i) {
        const std::string place = printable(file) + ":" + std::to_string(records[i].line);
        if (column >= records[i].cells.size()) return Error{place, "has no label", "fill the row"};
        if (records[i].cells.size() > columns)
            return Error{place, "has " + std::to_string(records[i].cells.size()) + " cells for " + std::to_string(columns) + " columns",
                         "write labels as whole numbers, without a comma"};
        const std::string& cell = records[i].cells[column];
        if (const int known = classOf(cell); known >= 0) {
            labels.push_back(static_cast<std::uint32_t>(known));
        } else if (parseNumber(trimmed(cell), number) && number >= 0 && number < 1e9 && number == std::floor(number)) {
            labels.push_back(static_cast<std::uint32_t>(number));
        } else {
            return Error{place, "label " + inQuotes(cell, 40) + " is neither a number nor a class",
                         "use the names of 'classes' in " + m_where + ", or numbers from 0"};
        }
    }
    return labels;
}

Result<std::vector<std::uint32_t>> DataSetReader::labelsOf(const std::string& file) const {
    auto bytes = readFile(file, std::uint64_t{1} << 30);
    if (!bytes) return bytes.error();
    if (!isArrayFile(*bytes) && !bytes->starts_with("\x1f\x8b")) return labelsFromCsv(*bytes, file);
    const auto array = parseArrayFile(*std::move(bytes), printable(file));
    if (!array) return array.error();
    std::vector<std::uint32_t> labels(array->count());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double value = array->at(i);
        if (!(value >= 0 && value < 1e9 && value == std::floor(value)))
            return Error{printable(file) + ", row " + std::to_string(i + 1), "label is " + numberText(value),
                         "give class numbers from 0"};
        labels[i] = static_cast<std::uint32_t>(value);
    }
    return labels;
}

Result<void> DataSetReader::checkLabels(const std::string& file) {
    for (std::size_t i = 0; i < m_set.m_labels.size(); ++i) {
        const std::string place = printable(file) + ", row " + std::to_string(i + 1);
        if (!m_set.m_classes.empty() && m_set.m_labels[i] >= m_set.m_classes.size())
            return Error{place,
                         "label " + std::to_string(m_set.m_labels[i]) + " of " +
                             std::to_string(m_set.m_classes.size()) + " classes",
                         "number classes from 0, or add to 'classes' in " + m_where};
        if (m_set.m_labels[i] < m_set.m_largest_label && i > 0) continue;
        if (m_set.m_labels[i] > m_set.m_largest_label || i == 0) m_set.m_largest_place = place;
        m_set.m_largest_label = m_set.m_labels[i];
    }
    return {};
}

Result<void> DataSetReader::readLabels(const json& section) {
    const std::string name = textOf(section, "labels");
    if (name.empty()) return {};
    const std::string file = beside(name);
    auto labels = labelsOf(file);
    if (!labels) return labels.error();
    if (labels->size() < m_set.m_count || labels->size() > m_in_file)
        return Error{printable(file),
                     std::to_string(labels->size()) + " labels for " +
                         std::to_string(m_set.m_count) + " images",
                     "give one label an image, in the same order"};
    labels->resize(m_set.m_count);
    m_set.m_labels = *std::move(labels);
    return checkLabels(file);
}

Result<DataSet> DataSetReader::finished() {
    std::string facts = m_set.m_bytes ? *m_set.m_bytes : std::string();
    if (m_set.m_floats)
        facts.assign(reinterpret_cast<const char*>(m_set.m_floats->data()), m_set.m_floats->size() * sizeof(float));
    facts = sha256Hex(facts);
    facts += sha256Hex({reinterpret_cast<const char*>(m_set.m_labels.data()),
                        m_set.m_labels.size() * sizeof(std::uint32_t)});
    const Preprocessing& how = m_set.m_how;
    for (const std::size_t size : {m_set.m_count, how.resize_height, how.resize_width, how.crop_height, how.crop_width,
                                   static_cast<std::size_t>(how.layout), std::size_t{how.swap_channels},
                                   std::size_t{m_set.m_channels_first}})
        facts += ' ' + std::to_string(size);
    for (const float value : {how.divisor}) facts += ' ' + numberText(static_cast<double>(value));
    for (const auto* values : {&how.mean, &how.deviation})
        for (const float value : *values) facts += ' ' + numberText(static_cast<double>(value));
    m_set.m_sha256 = sha256Hex(facts);
    m_set.m_file = m_path;
    if (m_set.m_name.empty()) m_set.m_name = fs::path(m_path).stem().string();
    return m_set;
}

Result<DataSet> DataSetReader::fromJson() {
    const auto text = readFile(m_path, std::uint64_t{64} << 20);
    if (!text) return text.error();
    json root;
    try {
        root = json::parse(*text);
    } catch (const json::parse_error& e) {
        const auto line = 1 + std::count(text->begin(),
                                         text->begin() + static_cast<std::ptrdiff_t>(std::min(e.byte, text->size())), '\n');
        return Error{m_where + ":" + std::to_string(line), "is not JSON from here on",
                     "give a description of images like fashion.json; texts and tables are none"};
    } catch (const json::exception&) {
        return error("holds a number that is too large", "correct it");
    }
    const auto section = root.is_object() ? root.find(m_section) : root.end();
    if (!root.is_object() || section == root.end() || !section->is_object())
        return error("has no section '" + m_section + "'", "add one with 'images' and 'labels'");
    m_set.m_name = textOf(root, "name");
    if (const auto classes = root.find("classes"); classes != root.end()) {
        if (!classes->is_array()) return error("'classes' is not a list", "list the names of the classes");
        for (const json& name : *classes)
            m_set.m_classes.push_back(name.is_string() ? validUtf8(name.get<std::string>()) : name.dump());
    }
    if (auto good = checkFacts(root, m_where); !good) return good.error();
    if (auto read = readImages(root, *section); !read) return read.error();
    if (auto read = readPreprocessing(root); !read) return read.error();
    if (auto read = readLabels(*section); !read) return read.error();
    return finished();
}

Result<DataSet> DataSetReader::fromFolder(const PictureReader* reader) {
    if (!reader) return error("is a folder, and there is nothing here that opens pictures", "give a JSON description of IDX or NPY files");
    // How pixels become numbers, where it is not as they are: mean, std, scale, resize, crop.
    json how = json::object();
    std::error_code failed;
    if (const fs::path file = fs::path(m_path) / "preprocessing.json"; fs::exists(file, failed)) {
        const auto text = readFile(file, std::uint64_t{1} << 20);
        if (!text) return text.error();
        how = json::parse(*text, nullptr, false);
        if (!how.is_object()) return Error{printable(file.string()), "is no JSON object", "give mean, std, scale, resize or crop"};
    }
    std::size_t height = 0, width = 0;
    if (auto read = readSize(how, "resize", height, width); !read) return read.error();
    auto pictures = PictureFolder::read(m_path, *reader, height, width);
    if (!pictures) return pictures.error();
    m_set.m_count = pictures->files.size();
    m_set.m_height = pictures->height;
    m_set.m_width = pictures->width;
    m_set.m_channels = pictures->channels;
    m_set.m_bytes = std::make_shared<const std::string>(std::move(pictures->bytes));
    m_set.m_classes = std::move(pictures->classes);
    m_set.m_labels = std::move(pictures->labels);
    m_set.m_largest_label = m_set.m_labels.back();
    m_set.m_largest_place = printable(pictures->files.back());
    if (auto read = readPreprocessing(how); !read) return read.error();
    return finished();
}

Result<DataSet> DataSet::read(const std::string& path, Section section, const PictureReader* reader) {
    std::error_code failed;
    try {
        DataSetReader data(path, section);
        return fs::is_directory(path, failed) ? data.fromFolder(reader) : data.fromJson();
    } catch (const std::bad_alloc&) {
        return Error{printable(path), "needs more memory than there is", "use fewer or smaller images"};
    } catch (const std::exception&) {
        return Error{printable(path), "cannot be read", "check the description, and that its files can be opened"};
    }
}

} // namespace cutline
