// SPDX-License-Identifier: GPL-3.0-or-later
// The window without a mouse and without sight: Tab goes through panels and dialogs as one reads, and everything that it
// reaches says what it is.
#include "tests/app/window_test.h"

#include "widgets/charts/charts.h"
#include "widgets/charts/plan_chart.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/data_panel.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/system_editor.h"

#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>

namespace cutline::tst_window_keys {

using namespace cutline::test;

namespace {

/// What Tab reaches in `root`, in its order; parts of one control as the control.
std::vector<QWidget*> tabStops(QWidget& root) {
    std::vector<QWidget*> stops;
    QWidget* w = &root;
    do {
        const bool here = w == &root || root.isAncestorOf(w);
        const bool stop = here && w->isVisible() && w->isEnabled() && (w->focusPolicy() & Qt::TabFocus) && !w->focusProxy();
        const bool part = !stops.empty() && stops.back()->isAncestorOf(w) && !qobject_cast<QScrollArea*>(stops.back()) && stops.back() != &root;
        if (stop && !part) stops.push_back(w);
        w = w->nextInFocusChain();
    } while (w != &root);
    return stops;
}

QString wordsOf(QWidget& widget) {
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&widget);
    // A chooser's words are what is chosen; what it is about is its own name or a label's.
    const bool nameless = qobject_cast<QComboBox*>(&widget) && widget.accessibleName().isEmpty();
    QString name = face && !nameless ? face->text(QAccessible::Name) : QString();
    if (name.isEmpty() && face)
        for (const auto& [label, relation] : face->relations(QAccessible::Label)) name = label->text(QAccessible::Name);
    return name.isEmpty() ? QString() : QLatin1String(widget.metaObject()->className()) + QStringLiteral(" \"") + name + u'"';
}

/// Whether somebody who sees it can tell what it is for: by its own words, a tool tip, a label or what stands in it while empty.
bool explainsItself(QWidget& widget) {
    if (!widget.toolTip().isEmpty()) return true;
    if (const auto* button = qobject_cast<QAbstractButton*>(&widget)) return button->text().remove(u'&').size() > 1;
    if (const auto* edit = qobject_cast<QLineEdit*>(&widget); edit && !edit->placeholderText().isEmpty()) return true;
    const bool is_field = qobject_cast<QComboBox*>(&widget) || qobject_cast<QAbstractSpinBox*>(&widget) || qobject_cast<QLineEdit*>(&widget);
    if (!is_field) return true; // lists, graphs and charts speak for themselves
    const auto labels = widget.parentWidget()->findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* label) { return label->buddy() == &widget; });
}

/// That `next` is read after `now`: below it or right of it.
bool isReadAfter(QWidget& root, QWidget& now, QWidget& next) {
    const QRect a(now.mapTo(&root, QPoint()), now.size()), b(next.mapTo(&root, QPoint()), next.size());
    if (now.isAncestorOf(&next)) return true;
    if (b.bottom() <= a.top()) return b.left() >= a.right(); // at the head of another column
    if (b.top() < a.bottom() && a.top() < b.bottom()) return b.left() >= a.left();
    return true;
}

} // namespace

class TestWindowKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_window = windowWith("resources/models/efficientnet_b0.onnx");
        QVERIFY(m_window);
        m_window->resize(1600, 1200); // as high as what is asked about
    }
    void cleanupTestCase() { m_window.reset(); }
    void allOfTheWindow() { check(*m_window, 20, Order::Any); }
    void panels_data();
    void panels();
    void charts_data();
    void charts();
    void dialogs_data();
    void dialogs();

private:
    /// What is made while a panel is used comes last to Tab, wherever it stands: there only the names are asked for.
    enum class Order { AsRead, Any };
    void check(QWidget& root, std::size_t least, Order order) {
        QVERIFY(QTest::qWaitFor([&root] { return root.isVisible(); }, 5'000));
        const std::vector<QWidget*> stops = tabStops(root);
        QVERIFY2(stops.size() >= least, qPrintable(QString::number(stops.size())));
        for (std::size_t i = 0; i < stops.size(); ++i) {
            const QString words = wordsOf(*stops[i]);
            QVERIFY2(!words.isEmpty(), stops[i]->metaObject()->className());
            QVERIFY2(explainsItself(*stops[i]), qPrintable(words));
            if (i > 0 && order == Order::AsRead) QVERIFY2(isReadAfter(root, *stops[i - 1], *stops[i]), qPrintable(wordsOf(*stops[i - 1]) + QStringLiteral(" before ") + words));
        }
    }
    FreshSettings m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestWindowKeys::panels_data() {
    QTest::addColumn<QWidget*>("panel");
    QTest::addColumn<int>("least");
    QTest::addColumn<bool>("as_read");
    WorkArea& work = m_window->workArea();
    const auto row = [](const char* name, QWidget& panel, int least, bool as_read = true) {
        QTest::newRow(name) << &panel << least << as_read;
    };
    row("platforms", work.platforms(), 1);
    row("inspector", work.inspector(), 1);
    row("search", work.search(), 10);
    row("scenario", work.scenario(), 4);
    row("data", work.data(), 1);
    row("library", work.library(), 3);
    row("candidates", work.candidates(), 4);
    row("compare", work.compare(), 0);
    row("system", work.system(), 4, false);
}

void TestWindowKeys::panels() {
    QFETCH(QWidget*, panel);
    QFETCH(int, least);
    QFETCH(bool, as_read);
    QWidget* dock = panel;
    while (dock && !dock->inherits("QDockWidget")) dock = dock->parentWidget();
    QVERIFY(dock);
    dock->show();
    dock->raise();
    check(*panel, static_cast<std::size_t>(least), as_read ? Order::AsRead : Order::Any);
}

void TestWindowKeys::charts_data() {
    QTest::addColumn<QString>("chart");
    for (const ChartKind& kind : cutline::charts()) QTest::newRow(kind.name) << QString::fromLatin1(kind.name);
}

void TestWindowKeys::charts() {
    QFETCH(QString, chart);
    WorkArea& work = m_window->workArea();
    work.showChart(chart);
    check(work.chart(QLatin1String(chart.toLatin1())), 1, Order::AsRead);
}

void TestWindowKeys::dialogs_data() {
    QTest::addColumn<QString>("entry");
    for (const char* entry : {"&Settings...", "&Title and note...", "The &plan for other programs...", "Import pro&file..."})
        QTest::newRow(entry) << QString::fromLatin1(entry);
}

void TestWindowKeys::dialogs() {
    QFETCH(QString, entry);
    for (QAction* action : m_window->findChildren<QAction*>())
        if (action->text() == entry) action->trigger();
    auto* dialog = dialogOf<QDialog>(*m_window, 5'000);
    QVERIFY(dialog);
    check(*dialog, 3, Order::AsRead);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(m_window->findChildren<QDialog*>().isEmpty());
}

CUTLINE_WINDOW_TEST(TestWindowKeys)

} // namespace cutline::tst_window_keys

#include "tst_window_keys.moc"
