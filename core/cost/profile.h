// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/cost/cost_table.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// Files of measured layer times that can be read (cost.md section 3). A file is recognised by what stands in
/// it, never by its name.
enum class ProfileFormat : std::uint8_t {
    Csv,         ///< our own: a `layer` (or `op`) column and any of latency, cycles, energy, memory
    TensorRt,    ///< trtexec --exportProfile: JSON array, first element {"count": n}
    OnnxRuntime, ///< session profile: JSON array of trace events
    TfLite,      ///< benchmark_model, operator-wise profile, as text or CSV
    Vela,        ///< per-layer CSV of the Ethos-U compiler
    StEdgeAi,    ///< "Inference time per node" of validate
    OpenVino,    ///< benchmark_app counters report
    CnnParted,   ///< No.;Design Tag;Layer;Latency [ms];Energy [mJ];Area [mm2]
};
/// "trtexec profile", for a person.
std::string_view nameOf(ProfileFormat format);

/// Measured per-layer costs read from a file.
struct Profile {
    struct Row {
        std::string layer;    ///< as the file names it; an operator where `by_op`
        std::string platform; ///< of the `platform` column; "": whichever platform the file is given for
        double latency_s = 0;
        std::optional<double> energy_j;
        std::optional<Source> source; ///< of the `source` column (what `cost` writes); absent: measured
        std::optional<double> uncertainty;
        bool by_op = false; ///< holds for every layer of this operator that has no row of its own
        int line = 0;
        std::string type;          ///< operator as the tool words it; "" where the file does not say
        bool unnamed = false;      ///< the tool made the name up from operator and position
        std::int64_t position = 0; ///< that the tool gives: order of rows of one operator
        bool supported = true;     ///< false: `cost` wrote that the platform cannot run it
        friend bool operator==(const Row&, const Row&) = default;
    };
    std::string file;
    std::string sha256; ///< of the file that it was read from; empty: it was none
    std::vector<Row> rows;
    bool has_energy = false;
    ProfileFormat format = ProfileFormat::Csv;
    std::vector<std::string> notes; ///< what reading left out, one line each
    friend bool operator==(const Profile&, const Profile&) = default;
};
using ProfilePtr = std::shared_ptr<const Profile>;

/// Reads a profile of any of the formats. `clock_hz` turns cycles into seconds. Rules, per format (cost.md):
/// trtexec medianMs, else averageMs; ONNX Runtime the median over runs (`model_run`), the first dropped where
/// there are more; TFLite avg_ms of the run order of regular runs; Vela and ST: rows of one name, c_ids of
/// one m_id added; OpenVINO rows EXECUTED, the median where there are several blocks. Columns by name, in any
/// order. Errors, with file and line (JSON: and byte): of no known format, a column missing, twice or without
/// its unit, cycles without a clock, rows too short or too long, decimal commas, numbers negative, not finite
/// or beyond 1e9 s, a layer listed twice, JSON cut off or nested too deep.
Result<Profile> readProfile(const std::string& path, std::optional<double> clock_hz);
Result<Profile> parseProfile(std::string_view text, const std::string& file, std::optional<double> clock_hz);

/// Our own CSV: `layer` (or `op`) and any of latency_s|_ms|_us, cycles, energy_J|_mJ|_uJ, memory_bytes; case
/// of the header does not matter. What `cost --format csv` writes is accepted: rows of other platforms are
/// left out when the table is built, further columns of that format are read over. Memory is checked, and a note
/// says that it is not used: a plan's memory is counted from shapes. Byte order mark, CRLF and quoted cells are
/// fine; rows with an empty `layer` and an `op` count as `op` rows. Names stay as written: percent-encoding is
/// undone when they are matched, since only then it is known.
Result<Profile> parseProfileCsv(std::string_view text, const std::string& file,
                                std::optional<double> clock_hz);

} // namespace cutline
