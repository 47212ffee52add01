// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cutline {

/// The whole file. Errors: not there, a folder, not readable, over `limit_bytes`.
Result<std::string> readFile(const std::string& path, std::uint64_t limit_bytes = std::uint64_t{2} << 30);

/// Where symbolic links lead to in the end, whether a file is there or not; the path itself where it is none.
std::string targetOf(const std::string& path);

/// Writes the whole text or nothing: temporary file beside it, fsync, rename. Links are followed; devices and pipes stay
/// what they are and get the bytes. Errors: a folder, a pipe that nobody reads, what the disk said.
Result<void> writeFileAtomically(const std::string& path, std::string_view bytes);

/// Takes away what writeFileAtomically() left beside this file when the program was killed. Only for whoever holds the
/// file's lock: another program's half-written file would go as well.
void removeParts(const std::string& path);

/// Where the program keeps what it can make again: $XDG_CACHE_HOME/cutline/NAME, else ~/.cache/cutline/NAME; empty where
/// neither is known.
std::string cacheFolder(std::string_view name);
/// Where it keeps what it must not lose, but nobody chose a place for: $XDG_STATE_HOME/cutline/NAME, else
/// ~/.local/state/cutline/NAME; empty where neither is known.
std::string stateFolder(std::string_view name);

/// Where a person's own data goes that the program shows everywhere: $XDG_DATA_HOME/cutline/NAME, else
/// ~/.local/share/cutline/NAME; empty where neither is known.
std::string dataFolder(std::string_view name);

/// Lower-case hex SHA-256.
std::string sha256Hex(std::string_view bytes);
/// The same of a file of any size, read bit by bit. Errors as readFile().
Result<std::string> sha256OfFile(const std::string& path);

/// Writes a new file bit by bit and hashes it on the way: for what is too large to be put together in memory.
class FileWriter {
public:
    /// Errors: the file is there already, the folder cannot be written.
    static Result<FileWriter> create(const std::string& path);
    FileWriter(FileWriter&&) noexcept;
    FileWriter& operator=(FileWriter&&) = delete;
    ~FileWriter();

    Result<void> write(std::string_view bytes);
    /// Appends a part of another file, in chunks; cancelling is heard between them.
    Result<void> copy(const std::string& from, std::uint64_t offset, std::uint64_t length, Progress& progress);
    std::uint64_t size() const;
    /// Sees that everything is on the disk; the hash.
    Result<std::string> finish();

private:
    struct State;
    explicit FileWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace cutline
