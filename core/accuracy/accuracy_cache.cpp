// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/accuracy.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <charconv>
#include <filesystem>

namespace cutline {
namespace {

/// Goes up when the rule, the engine's use or this format change: older files are then not read.
constexpr std::string_view kHeading = "cutline accuracies 2";
constexpr std::uint64_t kLargestFile = std::uint64_t{64} << 20;

std::string hexOf(const std::vector<bool>& bits) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bits.size(); i += 4) {
        std::size_t digit = 0;
        for (std::size_t b = 0; b < 4; ++b) digit = digit << 1 | (i + b < bits.size() && bits[i + b]);
        text += kDigits[digit];
    }
    return text;
}

bool readHex(std::string_view text, std::vector<bool>& bits) {
    if (text.size() != (bits.size() + 3) / 4) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned digit = 0;
        if (std::from_chars(&text[i], &text[i] + 1, digit, 16).ec != std::errc{}) return false;
        for (std::size_t b = 0; b < 4 && 4 * i + b < bits.size(); ++b) bits[4 * i + b] = digit >> (3 - b) & 1;
    }
    return true;
}

constexpr std::string_view kNoise = "noise ";

/// With a sum at its end, so that a line that was changed is not believed.
std::string summed(const std::string& line) { return line + '|' + sha256Hex(line).substr(0, 16); }

std::string lineOf(const std::string& key, const Measurement& measurement) {
    std::string line = key;
    for (const OutputAccuracy& output : measurement.outputs)
        line += '|' + std::to_string(output.total) + ' ' + std::to_string(output.correct) + ' ' +
                std::to_string(output.correct_top_k) + ' ' + std::to_string(output.agreeing) + ' ' +
                numberText(output.snr_db) + ' ' + hexOf(output.right);
    return summed(line);
}

std::optional<OutputAccuracy> readOutput(const std::string& text, const std::string& name, std::size_t images) {
    const auto parts = split(text, ' ');
    if (parts.size() != 6) return {};
    OutputAccuracy output{name, 0, 0, 0, 0, 0, std::vector<bool>(images)};
    std::size_t at = 0;
    for (std::uint64_t* number : {&output.total, &output.correct, &output.correct_top_k, &output.agreeing}) {
        const std::string& part = parts[at++];
        if (std::from_chars(part.data(), part.data() + part.size(), *number).ec != std::errc{}) return {};
    }
    if (output.total != images || !parseNumber(parts[4], output.snr_db) || !readHex(parts[5], output.right)) return {};
    return output;
}

} // namespace

std::string AccuracyMeter::key(const PrecisionVector& vector) const { return vector.text(); }

std::string AccuracyMeter::noiseKey(const PrecisionVector& vector, std::size_t images) const {
    return std::string(kNoise) + std::to_string(m_judged) + ' ' + std::to_string(images) + ' ' + vector.text();
}

std::string AccuracyMeter::cacheFile() const {
    // Weights in other files could change without the model's sum telling.
    if (m_options.cache_folder.empty() || m_network.hasExternalData()) return {};
    const std::string facts = m_sha256 + m_test.sha256() + m_calibration.sha256() + m_runner.engine().version() +
                              std::to_string(static_cast<int>(m_options.scheme)) + ' ' +
                              numberText(m_options.percentile) + ' ' + std::to_string(m_options.top_k);
    return m_options.cache_folder + '/' + sha256Hex(facts).substr(0, 32) + ".txt";
}

void AccuracyMeter::readCache() {
    const std::string file = cacheFile();
    if (file.empty()) return;
    const auto text = readFile(file, kLargestFile);
    if (!text) return;
    const std::vector<std::string> lines = split(*text, '\n');
    if (lines.empty() || lines[0] != kHeading) return;
    for (std::size_t i = 1; i < lines.size(); ++i) readLine(lines[i]);
}

void AccuracyMeter::readLine(const std::string& line) {
    const std::string content = line.substr(0, line.rfind('|'));
    if (line.empty() || line != summed(content)) return;
    const auto parts = split(content, '|');
    if (double noise = 0; parts.size() == 2 && parts[0].starts_with(kNoise)) {
        if (parseNumber(parts[1], noise)) m_noises[parts[0]] = noise;
        return;
    }
    if (parts.size() != m_network.outputs().size() + 1) return;
    Measurement measurement{m_test.hasLabels(), {}, m_judged};
    for (std::size_t o = 1; o < parts.size(); ++o)
        if (auto output = readOutput(parts[o], m_network.outputs()[o - 1], m_test.size()))
            measurement.outputs.push_back(*std::move(output));
    if (measurement.outputs.size() == m_network.outputs().size())
        m_known.insert_or_assign(parts[0], std::move(measurement));
}

void AccuracyMeter::writeCache() const {
    const std::string file = cacheFile();
    if (file.empty()) return;
    std::error_code failed;
    std::filesystem::create_directories(m_options.cache_folder, failed);
    std::string text(kHeading);
    text += '\n';
    for (const auto& [key, measurement] : m_known) text += lineOf(key, measurement) + '\n';
    for (const auto& [key, noise] : m_noises) text += summed(key + '|' + numberText(noise)) + '\n';
    // A cache that cannot be written costs time, nothing else.
    static_cast<void>(writeFileAtomically(file, text).ok());
}

} // namespace cutline
