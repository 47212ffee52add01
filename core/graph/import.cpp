// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/import.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/graph/importer.h"
#include "core/graph/mapped_file.h"

#include <new>

namespace cutline {

Result<ImportedModel> importOnnxBytes(std::string_view bytes, const std::string& path,
                                      const ImportOptions& options, Progress& progress)
{
    const std::string where = printable(path);
    try {
        auto model = onnx_file::readModel(bytes, where);
        if (!model) return model.error();
        auto imported = Importer(*model, path, options, progress).run();
        if (imported) imported->sha256 = sha256Hex(bytes);
        return imported;
    } catch (const std::bad_alloc&) {
        return Error{where, "needs more memory than there is", "close other programs"};
    } catch (const std::exception& error) {
        return Error{where, std::string("cannot be read: ") + error.what(), "export the model again"};
    }
}

Result<ImportedModel> importOnnx(const std::string& path, const ImportOptions& options, Progress& progress)
{
    auto file = MappedFile::open(path);
    if (!file) return file.error();
    return importOnnxBytes(file->bytes(), path, options, progress);
}

} // namespace cutline
