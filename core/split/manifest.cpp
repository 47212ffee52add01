// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/json_writer.h"
#include "core/split/split.h"

namespace cutline {
namespace {

enum class Side { Input, Output };

void writeTensor(JsonWriter& json, const SplitTensor& tensor, Side side)
{
    json.open('{');
    json.member("name", tensor.name);
    json.member("type", tensor.type);
    json.key("shape");
    json.open('[');
    for (const std::int64_t size : tensor.shape) json.raw(size < 0 ? "null" : std::to_string(size));
    json.close(']');
    json.member("bytes", tensor.bytes);
    json.member("wireType", tensor.wire_type);
    json.member("wireBytes", tensor.wire_bytes);
    json.member("fromStage", std::uint64_t{tensor.from_stage});
    if (!tensor.charged_as.empty()) json.member("chargedAs", tensor.charged_as);
    if (tensor.scale) {
        json.key("quantisation");
        json.open('{');
        json.member("scale", *tensor.scale);
        json.member("zeroPoint", tensor.zero_point);
        json.close('}');
    }
    if (side == Side::Output) {
        json.key("toStages");
        json.open('[');
        for (const std::size_t stage : tensor.to_stages) json.value(std::uint64_t{stage});
        json.close(']');
    }
    json.close('}');
}

void writeTensors(JsonWriter& json, const char* key, const std::vector<SplitTensor>& tensors, Side side)
{
    json.key(key);
    json.open('[');
    for (const SplitTensor& tensor : tensors) {
        json.lineBreak();
        writeTensor(json, tensor, side);
    }
    json.close(']');
}

void writeStage(JsonWriter& json, const SplitStage& stage)
{
    json.lineBreak();
    json.open('{');
    json.member("index", std::uint64_t{stage.index});
    json.member("platform", stage.platform);
    json.member("file", stage.file);
    json.member("sha256", stage.sha256);
    if (!stage.data_file.empty()) {
        json.member("dataFile", stage.data_file);
        json.member("dataSha256", stage.data_sha256);
    }
    json.key("layers");
    json.open('[');
    for (const std::string& layer : stage.layers) json.value(layer);
    json.close(']');
    writeTensors(json, "inputs", stage.inputs, Side::Input);
    writeTensors(json, "outputs", stage.outputs, Side::Output);
    json.close('}');
}

} // namespace

std::string manifestJson(const Manifest& manifest)
{
    std::string text;
    JsonWriter json(text);
    json.open('{');
    json.member("format", std::uint64_t{1});
    json.key("model");
    json.open('{');
    json.member("file", manifest.model_file);
    json.member("sha256", manifest.model_sha256);
    json.close('}');
    json.key("system");
    json.open('{');
    json.member("name", manifest.system);
    json.close('}');
    json.member("boundary", manifest.boundary);
    writeTensors(json, "inputs", manifest.inputs, Side::Input);
    writeTensors(json, "outputs", manifest.outputs, Side::Output);
    json.key("stages");
    json.open('[');
    for (const SplitStage& stage : manifest.stages) writeStage(json, stage);
    json.close(']');
    json.key("notes");
    json.open('[');
    for (const std::string& note : manifest.notes) json.value(note);
    json.close(']');
    json.key("metrics");
    json.raw(manifest.metrics);
    json.close('}');
    text += '\n';
    return text;
}

} // namespace cutline
