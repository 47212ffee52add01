// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/preview.h"

#include "core/accuracy/batch_runner.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

std::size_t placeOf(std::size_t index, std::size_t count, std::size_t all) { return index * all / count; }

void answer(PreviewImage& image, std::span<const float> values) {
    if (values.size() == 1) {
        image.answer = static_cast<std::uint32_t>(std::max(values[0], 0.0f));
        image.confidence = 1;
        return;
    }
    const auto best = std::max_element(values.begin(), values.end());
    double sum = 0;
    for (const float value : values) sum += std::exp(static_cast<double>(value) - static_cast<double>(*best));
    image.answer = static_cast<std::uint32_t>(best - values.begin());
    image.confidence = 1 / sum;
}

} // namespace

std::vector<PreviewImage> previewOf(const DataSet& data, std::size_t count) {
    std::vector<PreviewImage> images(std::min(count, data.size()));
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::size_t at = placeOf(i, images.size(), data.size());
        images[i].picture = data.picture(at);
        if (data.hasLabels()) images[i].label = data.label(at);
    }
    return images;
}

Result<void> answerPreview(std::vector<PreviewImage>& images, const ImportedModel& model, const DataSet& data, const std::string& output,
                           const EngineOptions& options, Progress& progress) {
    const auto engine = Engine::start(options);
    if (!engine) return engine.error();
    const auto loaded = engine->load({model.file, {}, {}}, progress);
    if (!loaded) return loaded.error();
    if (loaded->inputs().size() != 1 || loaded->outputs().empty())
        return Error{printable(model.file), "has " + std::to_string(loaded->inputs().size()) + " inputs, images go into one",
                     "use a model with one input"};
    std::vector<std::string> names;
    for (const EnginePort& port : loaded->outputs()) names.push_back(port.name);
    const auto judged = judgedAmong(names, output.empty() ? data.output() : output, printable(model.file));
    if (!judged) return judged.error();
    const EnginePort& input = loaded->inputs()[0];
    const std::size_t batch = !input.shape.empty() && input.shape[0] > 0 ? static_cast<std::size_t>(input.shape[0]) : 1;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto value = BatchRunner::inputOf(model.file, input, data, placeOf(i, images.size(), data.size()), 1, batch);
        if (!value) return value.error();
        const auto outputs = loaded->run(std::vector<NamedTensor>{{input.name, &*value}}, {}, progress);
        if (!outputs) return outputs.error();
        const std::vector<float> values = floatsOf((*outputs)[*judged]);
        if (values.size() < batch)
            return Error{printable(model.file), "answers nothing", "use a model with one answer an image"};
        answer(images[i], std::span(values).first(values.size() / batch));
    }
    return {};
}

} // namespace cutline
