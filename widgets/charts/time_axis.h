// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

namespace cutline {

/// Time along the width of a view: what is in sight, zoomed at a place, moved within its limits. A plain value, so that it
/// can be tested.
struct TimeAxis {
    double left = 0, width = 1;  ///< pixels
    double from_s = 0, to_s = 1; ///< in sight
    double end_s = 1;            ///< there is nothing before 0 and after this

    double x(double time_s) const { return left + (time_s - from_s) / (to_s - from_s) * width; }
    double time(double at) const { return from_s + (at - left) / width * (to_s - from_s); }
    double span() const { return to_s - from_s; }

    void showAll() {
        from_s = 0;
        to_s = end_s;
    }
    /// `factor` below 1 brings nearer; the time at pixel `at` stays where it is.
    void zoom(double factor, double at) {
        const double still = std::clamp(time(at), from_s, to_s);
        const double next = std::clamp(span() * factor, end_s * 1e-7, end_s);
        const double share = (still - from_s) / span();
        from_s = still - share * next;
        to_s = from_s + next;
        keepInside();
    }
    void pan(double by_s) {
        from_s += by_s;
        to_s += by_s;
        keepInside();
    }

private:
    void keepInside() {
        const double over = std::max(0.0, to_s - end_s);
        from_s -= over;
        to_s -= over;
        const double under = std::max(0.0, -from_s);
        from_s += under;
        to_s = std::min(to_s + under, end_s);
    }
};

} // namespace cutline
