// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// One decoded picture: bytes, rows from the top, `channels` values a pixel (1 grey, 3 RGB).
struct Picture {
    std::size_t height = 0, width = 0, channels = 0;
    std::vector<std::uint8_t> pixels;

    /// Bilinear between pixel centres, values rounded to bytes as image libraries do.
    Picture resized(std::size_t to_height, std::size_t to_width) const;
};

/// Opens picture files (PNG, JPEG). Core knows no such formats: who has them hands one in.
class PictureReader {
public:
    virtual ~PictureReader() = default;
    virtual Result<Picture> read(const std::string& path) const = 0;
};

/// How bytes become what the network reads: x = (u * scale - mean[c]) / deviation[c], in float32.
struct Preprocessing {
    enum class Layout : std::uint8_t { ChannelsFirst, ChannelsLast };
    float divisor = 255; ///< u * scale is u / divisor, as the division is what training does
    std::vector<float> mean, deviation; ///< one value, or one a channel
    Layout layout = Layout::ChannelsFirst; ///< of the network's input
    bool swap_channels = false;            ///< the network reads BGR
    std::size_t resize_height = 0, resize_width = 0; ///< bilinear, 0: as they are
    std::size_t crop_height = 0, crop_width = 0;     ///< from the centre, after resizing
};

/// Images with or without labels, all of one size. Immutable once shared.
class DataSet {
public:
    enum class Section : std::uint8_t { Test, Calibration };

    /// A JSON description (fields as in the shipped fashion.json: `images` and `labels` per section, `classes`, `mean`,
    /// `std`, layouts, `resize`, `crop`, `scale`, `output`), or a folder with one folder of pictures a class, in alphabetical
    /// order (by number where all names are numbers), which needs a reader; a file `preprocessing.json` in it may have the fields of preprocessing (pictures
    /// of different sizes need `resize`). Files are IDX or NPY; labels also CSV (a number or a class name a row).
    /// Errors name the file and the row: shapes that differ, labels out of range, too few images, unknown classes.
    static Result<DataSet> read(const std::string& path, Section section, const PictureReader* reader = nullptr);

    const std::string& name() const { return m_name; }
    const std::string& file() const { return m_file; }
    std::size_t size() const { return m_count; }
    bool hasLabels() const { return !m_labels.empty(); }
    std::uint32_t label(std::size_t image) const { return m_labels[image]; }
    const std::vector<std::string>& classes() const { return m_classes; }
    /// Of a network with several outputs the one that the labels speak of, where the description says so; else empty.
    const std::string& output() const { return m_output; }
    /// Largest label, and the row (from 1) and file where it stands.
    std::uint32_t largestLabel() const { return m_largest_label; }
    std::string largestLabelPlace() const { return m_largest_place; }
    /// Of one image as the network reads it, without the batch: {3, 32, 32}.
    Shape shape() const;
    /// Preprocessed images `first` .. `first + n - 1`, one after the other.
    void fill(std::size_t first, std::size_t n, float* to) const;
    /// What pixels become, for people: "x = (u / 255 - 0.286) / 0.353; resized to 256x256; 224x224 from the centre".
    std::string preprocessingText() const;
    /// What a person should know of how the description was taken.
    const std::vector<std::string>& notes() const { return m_notes; }
    /// The picture as it is in the file, for people.
    Picture picture(std::size_t image) const;
    /// Of images, labels and preprocessing: equal where measurements are.
    const std::string& sha256() const { return m_sha256; }
    /// The first `count` images.
    DataSet first(std::size_t count) const;

private:
    friend class DataSetReader;
    float valueAt(std::size_t image, std::size_t row, std::size_t column, std::size_t channel) const;
    void fillOne(std::size_t image, float* to) const;

    std::string m_name, m_file, m_sha256, m_largest_place, m_output;
    std::size_t m_count = 0, m_height = 0, m_width = 0, m_channels = 0;
    bool m_channels_first = false;  ///< in `m_bytes` or `m_floats`
    std::shared_ptr<const std::string> m_bytes;        ///< one byte a value, or
    std::shared_ptr<const std::vector<float>> m_floats; ///< any other type
    std::vector<std::uint32_t> m_labels;
    std::uint32_t m_largest_label = 0;
    std::vector<std::string> m_classes, m_notes;
    Preprocessing m_how;
};

} // namespace cutline
