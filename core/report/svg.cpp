// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/svg.h"

#include "core/base/quantity.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cutline::report {
namespace {

constexpr double kWidth = 680;

std::string number(double value)
{
    return numberText(std::round(value * 10) / 10);
}

std::string text(double x, double y, const std::string& words, const char* anchor, const char* more = "")
{
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\"" + more + ">" +
           escaped(words) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const char* colour)
{
    return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
           "\" stroke=\"" + colour + "\"/>\n";
}

std::string open(double height, const char* label)
{
    return "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(height) +
           "\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"" + label + "\">\n";
}

/// 1, 2 or 5 times a power of ten, so that about five steps reach `most`.
double stepFor(double most)
{
    if (!(most > 0)) return 1;
    const double raw = most / 5, power = std::pow(10.0, std::floor(std::log10(raw))), lead = raw / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/// What lies over the fills of platforms, in turn: nothing, lines this way, lines that way, dots. Neighbours are told apart
/// without colour.
constexpr std::array<std::string_view, 4> kPatterns{"", "slant", "back", "dots"};

std::string patterns()
{
    const auto pattern = [](std::string_view name, const char* turn, const char* mark) {
        return "<pattern id=\"" + std::string(name) + "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"" + turn + ">" + mark + "</pattern>";
    };
    constexpr const char* kBar = "<rect width=\"2\" height=\"6\" fill=\"#ffffff\" fill-opacity=\"0.45\"/>";
    return "<defs>" + pattern("slant", " patternTransform=\"rotate(45)\"", kBar) + pattern("back", " patternTransform=\"rotate(-45)\"", kBar) +
           pattern("dots", "", "<circle cx=\"3\" cy=\"3\" r=\"1.4\" fill=\"#ffffff\" fill-opacity=\"0.55\"/>") + "</defs>\n";
}

std::string block(double x, double y, double width, double height, std::size_t platform, const std::string& tip)
{
    const std::string place = "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" +
                              number(std::max(width, 0.5)) + "\" height=\"" + number(height) + "\" rx=\"2\" fill=\"";
    std::string out = place + std::string(colourOf(platform)) + "\"><title>" + escaped(tip) + "</title></rect>\n";
    const std::string_view over = kPatterns[platform % kPatterns.size()];
    if (!over.empty()) out += place + "url(#" + std::string(over) + ")\" pointer-events=\"none\"/>\n";
    return out;
}

void putLine(std::string& out, double x, double y, const std::string& words, const char* style)
{
    out += text(x, y, words, "start", style);
}

std::string polygon(double x, double y, std::span<const std::array<double, 2>> corners, const char* look, const std::string& tip)
{
    std::string points;
    for (const auto& [dx, dy] : corners) points += (points.empty() ? "" : " ") + number(x + dx) + "," + number(y + dy);
    return "<polygon points=\"" + points + "\" " + look + ">" + tip + "</polygon>\n";
}

std::string circle(double x, double y, const char* radius, const char* look, const std::string& tip)
{
    return "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"" + radius + "\" " + look + ">" + tip + "</circle>\n";
}

std::string marker(const Point& p, double x, double y)
{
    constexpr std::array<std::array<double, 2>, 4> kSquare{{{-5, -5}, {5, -5}, {5, 5}, {-5, 5}}};
    constexpr std::array<std::array<double, 2>, 4> kDiamond{{{0, -7.5}, {7.5, 0}, {0, 7.5}, {-7.5, 0}}};
    constexpr std::array<std::array<double, 2>, 3> kTriangle{{{0, -7}, {6.5, 5}, {-6.5, 5}}};
    const std::string tip = "<title>" + escaped(p.tip) + "</title>";
    switch (p.kind) {
    case Point::Kind::Dominated: return circle(x, y, "3", "fill=\"#c3ccd8\"", tip);
    case Point::Kind::Front: return circle(x, y, "4", "fill=\"#3b7dd8\"", tip);
    case Point::Kind::Kept: return polygon(x, y, kTriangle, "fill=\"#1b9e77\" stroke=\"#17202b\"", tip);
    case Point::Kind::Baseline: return polygon(x, y, kSquare, "fill=\"#ffffff\" stroke=\"#17202b\" stroke-width=\"1.5\"", tip);
    case Point::Kind::Knee: return polygon(x, y, kDiamond, "fill=\"none\" stroke=\"#17202b\" stroke-width=\"1.8\"", tip);
    case Point::Kind::Chosen: break;
    }
    return circle(x, y, "8", "fill=\"#d9822b\" stroke=\"#17202b\" stroke-width=\"1.5\"", tip);
}

/// Puts names beside points where they cover the least of other names and marked points.
class Labels {
public:
    struct Box {
        double x, y, width, height;
    };
    explicit Labels(Box plot) : m_plot(plot) {}
    void keepFree(double x, double y) { m_taken.push_back({x - 8, y - 8, 16, 16}); }
    std::string placed(const std::string& label, double x, double y)
    {
        constexpr double kLetter = 7.6, kHeight = 14, kGap = 11;
        const double width = kLetter * static_cast<double>(letters(label));
        Box best{};
        double least = std::numeric_limits<double>::infinity();
        for (const double dy : {-kGap, kGap, 0.0, -2 * kGap, 2 * kGap})
            for (const double left : {x + kGap, x - kGap - width, x - width / 2}) {
                if (dy == 0 && left == x - width / 2) continue; // over the point itself
                const Box box{left, y + dy - kHeight / 2, width, kHeight};
                double covered = box.width * box.height - overlap(box, m_plot);
                for (const Box& other : m_taken) covered += overlap(box, other);
                if (covered >= least) continue;
                least = covered;
                best = box;
            }
        m_taken.push_back(best);
        return text(best.x, best.y + kHeight - 3, label, "start", " style=\"fill:#17202b;font-weight:600\"");
    }

private:
    static double overlap(const Box& a, const Box& b)
    {
        const double across = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
        const double down = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
        return across > 0 && down > 0 ? across * down : 0;
    }
    static std::size_t letters(const std::string& utf8)
    {
        return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
    }

    Box m_plot;
    std::vector<Box> m_taken;
};

} // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string_view colourOf(std::size_t platform)
{
    constexpr std::array<std::string_view, 8> kFills{"#3b7dd8", "#d9822b", "#1b9e77", "#b5477b",
                                                     "#7a9a01", "#5b6ee1", "#a6761d", "#4d8fac"};
    return kFills[platform % kFills.size()];
}

std::string scatter(std::vector<Point> points, const std::string& x_title, const std::string& y_title)
{
    constexpr double kHeight = 300, kLeft = 66, kRight = 40, kTop = 18, kBottom = 52;
    double most_x = 0, most_y = 0;
    for (const Point& p : points) {
        most_x = std::max(most_x, p.x);
        most_y = std::max(most_y, p.y);
    }
    most_x = most_x > 0 ? most_x * 1.08 : 1;
    most_y = most_y > 0 ? most_y * 1.08 : 1;
    const auto atX = [&](double v) { return kLeft + v / most_x * (kWidth - kLeft - kRight); };
    const auto atY = [&](double v) { return kHeight - kBottom - v / most_y * (kHeight - kTop - kBottom); };
    std::string out = open(kHeight, "plans");
    const double step_x = stepFor(most_x), step_y = stepFor(most_y);
    for (int i = 0; i * step_x <= most_x; ++i) {
        out += line(atX(i * step_x), kTop, atX(i * step_x), kHeight - kBottom, "#edf0f4");
        out += text(atX(i * step_x), kHeight - kBottom + 18, formatNumber(i * step_x), "middle");
    }
    for (int i = 0; i * step_y <= most_y; ++i) {
        out += line(kLeft, atY(i * step_y), kWidth - kRight, atY(i * step_y), "#edf0f4");
        out += text(kLeft - 8, atY(i * step_y) + 4, formatNumber(i * step_y), "end");
    }
    out += line(kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom, "#17202b");
    out += line(kLeft, kTop, kLeft, kHeight - kBottom, "#17202b");
    out += text((kLeft + kWidth - kRight) / 2, kHeight - 12, x_title, "middle");
    out += text(16, (kTop + kHeight - kBottom) / 2, y_title, "middle",
                (" transform=\"rotate(-90 16 " + number((kTop + kHeight - kBottom) / 2) + ")\"").c_str());
    std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.kind < b.kind; });
    Labels labels({kLeft, kTop, kWidth - kLeft - kRight, kHeight - kTop - kBottom});
    for (const Point& p : points) {
        out += marker(p, atX(p.x), atY(p.y));
        if (!p.label.empty()) labels.keepFree(atX(p.x), atY(p.y));
    }
    // What matters most chooses its place first.
    for (auto p = points.rbegin(); p != points.rend(); ++p)
        if (!p->label.empty()) out += labels.placed(p->label, atX(p->x), atY(p->y));
    return out + "</svg>\n";
}

std::string bars(std::span<const Bar> list)
{
    constexpr double kRow = 30, kLeft = 110, kRight = 90;
    const double height = kRow * static_cast<double>(list.size()) + 8;
    std::string out = open(height, "shares") + patterns();
    double y = 6;
    for (const Bar& bar : list) {
        out += text(kLeft - 10, y + 15, elided(bar.label, 22), "end");
        out += line(kLeft, y + 10, kWidth - kRight, y + 10, "#edf0f4");
        out += block(kLeft, y, std::clamp(bar.share, 0.0, 1.0) * (kWidth - kLeft - kRight), 20, bar.platform,
                     bar.label + ": " + bar.value);
        out += text(kWidth - kRight + 10, y + 15, bar.value, "start");
        y += kRow;
    }
    return out + "</svg>\n";
}

std::string gantt(const Timeline& timeline)
{
    constexpr double kRow = 34, kLeft = 110, kRight = 30, kAxis = 30;
    const double bottom = kRow * static_cast<double>(timeline.lanes.size()) + 6;
    const double end = timeline.end_s > 0 ? timeline.end_s : 1;
    const auto at = [&](double seconds) { return kLeft + seconds / end * (kWidth - kLeft - kRight); };
    std::string out = open(bottom + kAxis, "timeline") + patterns();
    const UnitScale scale = scaleFor(end, Unit::Second);
    const double step = stepFor(end * scale.factor);
    for (int i = 0; i * step <= end * scale.factor; ++i) {
        const double x = at(i * step / scale.factor);
        out += line(x, 4, x, bottom, "#edf0f4");
        out += text(x, bottom + 18, formatNumber(i * step) + (i == 0 ? "" : " " + scale.name), "middle");
    }
    for (std::size_t l = 0; l < timeline.lanes.size(); ++l)
        out += text(kLeft - 10, kRow * static_cast<double>(l) + 22, elided(timeline.lanes[l].name, 22), "end");
    for (const Timeline::Bar& bar : timeline.bars) {
        const double x = at(bar.start_s), width = at(bar.end_s) - x, y = kRow * bar.lane + 6;
        const Timeline::Lane& lane = timeline.lanes[bar.lane];
        const std::string tip = "inference " + std::to_string(bar.frame + 1) + ": " +
                                formatQuantity(bar.end_s - bar.start_s, Unit::Second);
        // Links are slim, so that they are not taken for a platform of the same colour.
        if (lane.is_link)
            out += "<rect x=\"" + number(x) + "\" y=\"" + number(y + 7) + "\" width=\"" + number(std::max(width, 0.8)) +
                   "\" height=\"9\" fill=\"#8a5cc2\"><title>" + escaped(tip) + "</title></rect>\n";
        else
            out += block(x, y, width, 23, lane.index, tip);
        if (width > 16 && !lane.is_link)
            out += text(x + width / 2, y + 16, std::to_string(bar.frame + 1), "middle",
                        " style=\"fill:#ffffff;font-weight:600\" pointer-events=\"none\"");
    }
    return out + "</svg>\n";
}

std::string layerStrip(std::span<const LayerBar> layers)
{
    constexpr double kHeight = 150, kLeft = 66, kRight = 10, kTop = 10, kBottom = 24;
    constexpr std::size_t kMostBars = 1200; // more are thinner than ink: neighbours are added up
    const std::size_t together = layers.size() / kMostBars + 1;
    std::vector<LayerBar> bars;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        if (l % together == 0 || bars.back().platform != layers[l].platform)
            bars.push_back(layers[l]);
        else
            bars.back().seconds += layers[l].seconds;
    }
    double most = 0;
    for (const LayerBar& bar : bars) most = std::max(most, bar.seconds);
    const UnitScale scale = scaleFor(most, Unit::Second);
    const double top = most > 0 ? most * scale.factor * 1.05 : 1, step = stepFor(top);
    const auto at = [&](double value) { return kHeight - kBottom - value / top * (kHeight - kTop - kBottom); };
    std::string out = open(kHeight, "time of every layer") + patterns();
    for (int i = 0; i * step <= top; ++i) {
        out += line(kLeft, at(i * step), kWidth - kRight, at(i * step), "#edf0f4");
        out += text(kLeft - 8, at(i * step) + 4, formatNumber(i * step) + (i == 0 ? "" : " " + scale.name), "end");
    }
    const double each = (kWidth - kLeft - kRight) / static_cast<double>(std::max<std::size_t>(1, bars.size()));
    for (std::size_t b = 0; b < bars.size(); ++b) {
        const double x = kLeft + each * static_cast<double>(b), y = at(bars[b].seconds * scale.factor);
        if (b > 0 && bars[b].platform != bars[b - 1].platform)
            out += "<line x1=\"" + number(x) + "\" y1=\"" + number(kTop) + "\" x2=\"" + number(x) + "\" y2=\"" +
                   number(kHeight - kBottom) + "\" stroke=\"#17202b\" stroke-dasharray=\"3 3\"/>\n";
        out += block(x, y, each * 0.86, kHeight - kBottom - y, bars[b].platform, bars[b].tip);
    }
    out += line(kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom, "#17202b");
    out += text(kLeft, kHeight - 7, "first layer", "start");
    return out + text(kWidth - kRight, kHeight - 7, "last layer", "end") + "</svg>\n";
}

std::string stageChain(std::span<const StageBox> stages)
{
    constexpr double kHeight = 114, kGap = 78;
    const double count = static_cast<double>(std::max<std::size_t>(1, stages.size()));
    const double width = std::min(260.0, (kWidth - kGap * (count - 1)) / count);
    std::string out = open(kHeight, "stages and what crosses between them") + patterns();
    double x = 0;
    for (const StageBox& stage : stages) {
        const auto fitting = static_cast<std::size_t>(width / 7.4);
        out += block(x, 2, width, 26, stage.platform, stage.name);
        out += "<rect x=\"" + number(x + 0.5) + "\" y=\"2.5\" width=\"" + number(width - 1) + "\" height=\"" +
               number(kHeight - 5) + "\" rx=\"3\" fill=\"none\" stroke=\"#8a97a8\"/>\n";
        putLine(out, x + 8, 20, elided(stage.name, fitting), " style=\"fill:#ffffff;font-weight:700\"");
        putLine(out, x + 8, 44, elided(stage.layers, fitting), " style=\"fill:#17202b;font-weight:600\"");
        putLine(out, x + 8, 62, elided(stage.busy, fitting), " style=\"fill:#17202b;font-weight:600\"");
        putLine(out, x + 8, 80, elided(stage.first, fitting), "");
        putLine(out, x + 8, 98, elided(stage.last, fitting), "");
        x += width;
        if (!stage.crossing.empty()) {
            out += line(x + 6, 52, x + kGap - 12, 52, "#17202b");
            out += "<path d=\"M " + number(x + kGap - 6) + " 52 l -8 -4 v 8 z\" fill=\"#17202b\"/>\n";
            out += text(x + kGap / 2, 44, stage.crossing, "middle", " style=\"fill:#17202b;font-weight:600\"");
        }
        x += kGap;
    }
    return out + "</svg>\n";
}

} // namespace cutline::report
