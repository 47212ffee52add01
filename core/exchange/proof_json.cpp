// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/proof_json.h"

namespace cutline {

void writeProof(JsonWriter& json, const Proof& proof)
{
    json.open('{');
    json.member("kind", nameOf(proof.kind));
    json.member("stop", nameOf(proof.stop));
    json.member("epsilon", proof.epsilon);
    json.member("lowerBound", proof.lower_bound.value_or(0)); // nothing is below 0
    if (proof.hypervolume) json.member("hypervolume", *proof.hypervolume);
    json.member("evaluated", proof.evaluated);
    json.member("kept", proof.kept);
    json.member("pruned", proof.pruned);
    json.member("elapsedS", proof.elapsed_s);
    json.close('}');
}

} // namespace cutline
