// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantity.h"
#include "core/platform/data_sheet.h"

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
/// and what follows from all of it stands at the bottom.
class DataSheetDialog : public QDialog {
    Q_OBJECT
public:
    /// `taken`: names that the library has already; one of them would be replaced, which is said.
    explicit DataSheetDialog(std::vector<std::string> taken, QWidget* parent = nullptr);

    /// Absent while something is missing or wrong.
    const std::optional<Platform>& platform() const { return m_platform; }
    /// It is to be put into the system, too.
    bool addsToSystem() const { return m_adds; }
    /// By the field's name in DataSheet errors: "peak", "likely clock".
    QLineEdit* edit(const QString& name) const;
    QString errorText(const QString& name) const;
    QString summary() const;
    QPushButton* saveButton() const { return m_save; }
    QPushButton* addButton() const { return m_add; }
    QComboBox* sparsity() const { return m_sparse; }
    QComboBox* precision() const { return m_precision; }

private:
    struct Field {
        QString name; ///< as DataSheet's errors call it
        QLineEdit* edit;
        InkLabel* error;
        Unit unit;
    };
    void addField(QFormLayout* form, const QString& label, const QString& name, const QString& example, Unit unit,
                  QWidget* beside = nullptr);
    Field makeField(const QString& name, const QString& example, Unit unit, const QString& accessible);
    void buildFields(QFormLayout* form);
    void buildClocks(QFormLayout* form);
    QWidget* buildButtons();
    void check();
    const Field* fieldNamed(const QString& name) const; ///< null: there is none
    /// The field's number; `wrong` becomes true where it cannot be read, which is then said.
    std::optional<double> number(const QString& name, bool& wrong);
    QString words(const QString& name) const;
    void say(const QString& name, const QString& problem);

    std::vector<std::string> m_taken;
    std::vector<Field> m_fields;
    QComboBox *m_sparse, *m_precision;
    InkLabel* m_summary;
    QPushButton *m_save = nullptr, *m_add = nullptr;
    std::optional<Platform> m_platform;
    bool m_adds = false;
};

} // namespace cutline
