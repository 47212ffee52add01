// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split: files that appear in a folder together, or not at all.
#pragma once

#include "core/base/result.h"

#include <set>
#include <string>
#include <vector>

namespace cutline {

class Outbox {
public:
    /// What to do with a file that is there already and no part of an earlier split.
    enum class Existing : std::uint8_t { Refuse, Replace };
    /// Makes a folder for drafts in the folder, which is made where needed unless files in it are to be replaced. `names`
    /// are the files to come, the manifest last. Errors: a file of these names is there and no part of an earlier split;
    /// what is to be replaced is no file; the folder cannot be written.
    static Result<Outbox> open(const std::string& folder, std::vector<std::string> names, Existing existing);
    Outbox(Outbox&& other) noexcept;
    Outbox& operator=(Outbox&&) = delete;
    /// Takes away the drafts, and the folder if it was made for nothing.
    ~Outbox();

    std::string draft(const std::string& name) const { return m_drafts + "/" + name; }
    /// An error about a draft, said of the file that was to come of it.
    Error named(Error error) const;
    /// Moves the drafts to their places; the manifest of an earlier split goes first and the new one comes last, so that
    /// a manifest never speaks of files that are not there.
    Result<void> deliver();

private:
    Outbox() = default;

    std::string m_folder, m_drafts;
    std::vector<std::string> m_names;
    std::set<std::string> m_earlier; ///< files of an earlier split
    bool m_made_folder = false;
};

} // namespace cutline
