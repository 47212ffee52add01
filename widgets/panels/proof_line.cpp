// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/proof_line.h"

#include "widgets/models/accuracy_facts.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"

#include <QHBoxLayout>

namespace cutline {

static const QString kDot = QStringLiteral(" \u00B7 ");

ProofLine::ProofLine(QWidget* parent)
    : QWidget(parent), m_proof(new InkLabel(Ink::Good, TextRole::CardTitle, {}, this)),
      m_counts(new InkLabel(Ink::Text3, TextRole::Small, {}, this)), m_provenance(new Pill({}, this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_proof);
    m_counts->setElided();
    layout->addWidget(m_counts);
    layout->addWidget(m_provenance);
    m_provenance->setToolTip(
        QStringLiteral("Where the layer times of the selected plan come from, by share of time"));
    m_proof->setToolTip(
        QStringLiteral("What is proven about this list, within the model of costs and transfers"));
}

void ProofLine::setResult(const SearchResult* result, std::size_t shown, double resolution) {
    if (!result) {
        m_proof->clear();
        m_counts->clear();
        m_counts->setBriefer({});
        m_provenance->setText({});
        return;
    }
    m_proof->setText(result->infeasible ? QStringLiteral("no feasible plan") : proofText(result->proof));
    m_proof->setInk(result->infeasible ? Ink::Bad
                    : result->proof.kind == Proof::Kind::Complete &&
                            result->proof.stop == Proof::Stop::Completed
                        ? Ink::Good
                        : Ink::Text2);
    QString counts = countsText(*result);
    QStringList briefer{counts.section(QStringLiteral(" in "), 0, 0), counts.section(kDot, 0, 0), counts};
    counts += kDot + QStringLiteral("showing %1").arg(shown);
    if (resolution > 0) counts += QStringLiteral(" at ") + percentText(resolution);
    if (result->accuracy_claim) {
        briefer << counts;
        counts += kDot + claimText(*result->accuracy_claim);
    }
    m_counts->setText(counts);
    m_counts->setBriefer(QStringList(briefer.crbegin(), briefer.crend()));
    m_counts->setToolTip(
        counts + QStringLiteral("\nPlans evaluated and time taken; plans that no other one dominates; plans listed"));
}

void ProofLine::setProvenance(const QString& words) {
    m_provenance->setText(words);
}

QString ProofLine::text() const {
    return QStringList{m_proof->text(), m_counts->text(), m_provenance->text()}.join(kDot);
}

} // namespace cutline
