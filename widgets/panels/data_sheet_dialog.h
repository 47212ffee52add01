// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantity.h"
#include "core/graph/graph.h"
#include "core/platform/data_sheet.h"
#include "widgets/panels/latest_work.h"

#include <QDialog>

#include <optional>
#include <vector>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;

namespace cutline {

class InkLabel;

/// A new platform by what its data sheet says. Checked while it is typed: what cannot be taken is said below its field,
/// energies that are looked up stand greyed in theirs, and what follows from all of it, for the model that is open, too,
/// stands at the bottom.
class DataSheetDialog : public QDialog {
    Q_OBJECT
public:
    /// `taken`: names that the library has already; one of them would be replaced, which is said.
    explicit DataSheetDialog(std::vector<std::string> taken, QWidget* parent = nullptr);

    /// What a model would cost on it is said, too; null: none is open.
    void setModel(GraphPtr graph, const QString& name);
    /// Absent while something is missing or wrong.
    const std::optional<Platform>& platform() const { return m_platform; }
    /// It is to be put into the system, too.
    bool addsToSystem() const { return m_adds; }
    /// By the field's name in DataSheet errors: "peak", "likely clock".
    QLineEdit* edit(const QString& name) const;
    QString errorText(const QString& name) const;
    QString summary() const;
    /// What the model would cost; empty: there is none, or no platform yet.
    QString previewWords() const;
    QPushButton* saveButton() const { return m_save; }
    QPushButton* addButton() const { return m_add; }
    QComboBox* sparsity() const { return m_sparse; }
    QComboBox* precision() const { return m_precision; }

private:
    /// A unit per something: "0.2 pJ/op" is 0.4 pJ a MAC.
    enum class Per { Nothing, Mac, Byte, Node, Bits };
    struct Field {
        QString name; ///< as DataSheet's errors call it
        QLineEdit* edit;
        InkLabel* error;
        Unit unit;
        Per per;
    };
    Field makeField(const QString& name, const QString& example, Unit unit, const QString& accessible, Per per = Per::Nothing);
    void addField(QFormLayout* form, const QString& label, const QString& name, const QString& example, Unit unit,
                  const QString& tip, QWidget* beside = nullptr, Per per = Per::Nothing);
    /// Three fields: "lowest NAME", NAME, "highest NAME".
    void addRange(QFormLayout* form, const QString& label, const QString& low, const QString& likely, const QString& high,
                  const QString& example, Unit unit, const QString& tip, Per per = Per::Nothing);
    void buildSpeed(QFormLayout* form);
    void buildEnergy(QFormLayout* form);
    QWidget* buildButtons();
    void check();
    const Field* fieldNamed(const QString& name) const; ///< null: there is none
    /// The field's number; `wrong` becomes true where it cannot be read, which is then said.
    std::optional<double> number(const QString& name, bool& wrong);
    QString words(const QString& name) const;
    void say(const QString& name, const QString& problem);
    DataSheet sheetTyped(bool& wrong);
    LikelyRange rangeNamed(const QString& likely, bool& wrong);
    /// Energies that are looked up stand in their empty fields.
    void showEstimates(const DataSheet& sheet);
    void showPreview(const DataSheet& sheet);

    std::vector<std::string> m_taken;
    std::vector<Field> m_fields;
    QComboBox *m_sparse, *m_precision;
    InkLabel *m_summary, *m_preview;
    GraphPtr m_graph;
    QString m_model;
    LatestWork m_work;
    QPushButton *m_save = nullptr, *m_add = nullptr;
    std::optional<Platform> m_platform;
    bool m_adds = false;
};

} // namespace cutline
