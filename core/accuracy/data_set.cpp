// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/data_set.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace cutline {
namespace {

/// Where a row or column of the resized picture lies between two of the given one (pixel centres at .5).
struct Between {
    std::size_t low, high;
    float weight; ///< of `high`
};

Between between(std::size_t at, std::size_t size, std::size_t from) {
    const double place = std::clamp((static_cast<double>(at) + 0.5) * static_cast<double>(from) /
                                            static_cast<double>(size) -
                                        0.5,
                                    0.0, static_cast<double>(from - 1));
    const auto low = static_cast<std::size_t>(place);
    return {low, std::min(low + 1, from - 1), static_cast<float>(place - static_cast<double>(low))};
}

/// The fewest digits that tell the value from its neighbours.
std::string shortest(float value) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

} // namespace

Picture Picture::resized(std::size_t to_height, std::size_t to_width) const {
    if (to_height == height && to_width == width) return *this;
    Picture to{to_height, to_width, channels, {}};
    to.pixels.reserve(to_height * to_width * channels);
    for (std::size_t y = 0; y < to_height; ++y) {
        const Between row = between(y, to_height, height);
        for (std::size_t x = 0; x < to_width; ++x) {
            const Between column = between(x, to_width, width);
            for (std::size_t c = 0; c < channels; ++c) {
                const auto at = [&](std::size_t r, std::size_t k) { return static_cast<float>(pixels[(r * width + k) * channels + c]); };
                const auto along = [&](std::size_t r) {
                    return at(r, column.low) + (at(r, column.high) - at(r, column.low)) * column.weight;
                };
                const float low = along(row.low);
                to.pixels.push_back(static_cast<std::uint8_t>(std::lround(low + (along(row.high) - low) * row.weight)));
            }
        }
    }
    return to;
}

Shape DataSet::shape() const {
    const auto pick = [](std::size_t crop, std::size_t resize, std::size_t own) {
        return static_cast<std::int64_t>(crop ? crop : resize ? resize : own);
    };
    const std::int64_t height = pick(m_how.crop_height, m_how.resize_height, m_height);
    const std::int64_t width = pick(m_how.crop_width, m_how.resize_width, m_width);
    const auto channels = static_cast<std::int64_t>(m_channels);
    return m_how.layout == Preprocessing::Layout::ChannelsFirst ? Shape{channels, height, width}
                                                                : Shape{height, width, channels};
}

float DataSet::valueAt(std::size_t image, std::size_t row, std::size_t column, std::size_t channel) const {
    const std::size_t base = image * m_height * m_width * m_channels;
    const std::size_t at = m_channels_first ? (channel * m_height + row) * m_width + column
                                            : (row * m_width + column) * m_channels + channel;
    return m_bytes ? static_cast<float>(static_cast<unsigned char>((*m_bytes)[base + at])) : (*m_floats)[base + at];
}

void DataSet::fillOne(std::size_t image, float* to) const {
    const Shape shape = this->shape();
    const bool first = m_how.layout == Preprocessing::Layout::ChannelsFirst;
    const auto height = static_cast<std::size_t>(shape[first ? 1 : 0]);
    const auto width = static_cast<std::size_t>(shape[first ? 2 : 1]);
    const std::size_t full_height = m_how.resize_height ? m_how.resize_height : m_height;
    const std::size_t full_width = m_how.resize_width ? m_how.resize_width : m_width;
    const std::size_t top = (full_height - height) / 2, left = (full_width - width) / 2;
    const bool resized = full_height != m_height || full_width != m_width;
    for (std::size_t c = 0; c < m_channels; ++c) {
        const std::size_t from = m_how.swap_channels ? m_channels - 1 - c : c;
        const float mean = m_how.mean[m_how.mean.size() == 1 ? 0 : c];
        const float deviation = m_how.deviation[m_how.deviation.size() == 1 ? 0 : c];
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t x = 0; x < width; ++x) {
                float value = 0;
                if (resized) {
                    const Between row = between(y + top, full_height, m_height);
                    const Between column = between(x + left, full_width, m_width);
                    const auto along = [&](std::size_t r) {
                        const float a = valueAt(image, r, column.low, from);
                        return a + (valueAt(image, r, column.high, from) - a) * column.weight;
                    };
                    const float a = along(row.low);
                    value = a + (along(row.high) - a) * row.weight;
                } else {
                    value = valueAt(image, y + top, x + left, from);
                }
                const std::size_t at = first ? (c * height + y) * width + x : (y * width + x) * m_channels + c;
                to[at] = (value / m_how.divisor - mean) / deviation;
            }
    }
}

std::string DataSet::preprocessingText() const {
    const auto listed = [](const std::vector<float>& values) {
        std::string text;
        for (const float value : values) text += (text.empty() ? "" : ", ") + shortest(value);
        return values.size() == 1 ? text : "[" + text + "]";
    };
    const auto all = [](const std::vector<float>& values, float value) {
        return std::all_of(values.begin(), values.end(), [value](float v) { return v == value; });
    };
    std::string x = m_how.divisor == 1 ? "u" : "u / " + shortest(m_how.divisor);
    const bool shifted = !all(m_how.mean, 0);
    if (shifted) x = "(" + x + " - " + listed(m_how.mean) + ")";
    if (!all(m_how.deviation, 1)) x += " / " + listed(m_how.deviation);
    std::string text = "x = " + x;
    const auto size = [](std::size_t height, std::size_t width) { return std::to_string(height) + "x" + std::to_string(width); };
    if (m_how.resize_height) text += "; resized to " + size(m_how.resize_height, m_how.resize_width);
    if (m_how.crop_height) text += "; " + size(m_how.crop_height, m_how.crop_width) + " from the centre";
    if (m_how.swap_channels) text += "; channels in reverse order";
    return text + (m_how.layout == Preprocessing::Layout::ChannelsFirst ? "; channels first" : "; channels last");
}

void DataSet::fill(std::size_t first, std::size_t n, float* to) const {
    const auto size = static_cast<std::size_t>(*elementCount(shape()));
    for (std::size_t i = 0; i < n; ++i) fillOne(first + i, to + i * size);
}

Picture DataSet::picture(std::size_t image) const {
    Picture picture{m_height, m_width, m_channels, std::vector<std::uint8_t>(m_height * m_width * m_channels)};
    // Values that are no bytes are shown between their smallest and largest.
    float low = 0, high = 255;
    if (m_floats) {
        const auto begin = m_floats->begin() + static_cast<std::ptrdiff_t>(image * picture.pixels.size());
        const auto [a, b] = std::minmax_element(begin, begin + static_cast<std::ptrdiff_t>(picture.pixels.size()));
        low = *a;
        high = *b > *a ? *b : *a + 1;
    }
    for (std::size_t y = 0; y < m_height; ++y)
        for (std::size_t x = 0; x < m_width; ++x)
            for (std::size_t c = 0; c < m_channels; ++c)
                picture.pixels[(y * m_width + x) * m_channels + c] = static_cast<std::uint8_t>(
                    std::lround(std::clamp((valueAt(image, y, x, c) - low) / (high - low), 0.0f, 1.0f) * 255));
    return picture;
}

DataSet DataSet::first(std::size_t count) const {
    DataSet part = *this;
    part.m_count = std::min(count, m_count);
    if (part.hasLabels()) part.m_labels.resize(part.m_count);
    part.m_sha256 += "/" + std::to_string(part.m_count);
    return part;
}

} // namespace cutline
