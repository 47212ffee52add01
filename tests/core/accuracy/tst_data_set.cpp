// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/accuracy/data_set.h"
#include "core/base/array_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <cmath>

namespace cutline::tst_data_set {
namespace {

QByteArray idx(const QList<int>& shape, const QByteArray& bytes) {
    QByteArray out("\0\0\x08", 3);
    out += static_cast<char>(shape.size());
    for (const int size : shape)
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
    return out + bytes;
}

QByteArray npy(const QByteArray& descr, const QByteArray& shape, const QByteArray& bytes, bool fortran = false) {
    QByteArray header = "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
                        ", 'shape': (" + shape + "), }";
    header += QByteArray(118 - 10 - header.size() % 64 + 64, ' ') + '\n';
    QByteArray out("\x93NUMPY\x01\x00", 8);
    out += static_cast<char>(header.size() % 256);
    out += static_cast<char>(header.size() / 256);
    return out + header + bytes;
}

class Folder {
public:
    QString write(const QString& name, const QByteArray& bytes) const {
        QDir().mkpath(QFileInfo(m_folder.filePath(name)).path());
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
        file.write(bytes);
        return file.fileName();
    }
    std::string path(const QString& name = {}) const { return m_folder.filePath(name).toStdString(); }

private:
    QTemporaryDir m_folder;
};

/// Two grey images of 2x3 pixels, with labels 0 and 1.
QByteArray smallDescription(const QByteArray& more = {}) {
    return "{\"mean\": [0.5], \"std\": [0.25]," + more +
           "\"classes\": [\"a\", \"b\"], \"test\": {\"images\": \"i\", \"labels\": \"l\"}}";
}

std::vector<float> imageOf(const DataSet& set, std::size_t image) {
    std::vector<float> values(static_cast<std::size_t>(*elementCount(set.shape())));
    set.fill(image, 1, values.data());
    return values;
}

/// Answers with a picture whose pixels are the file's length.
class LengthReader : public PictureReader {
public:
    Result<Picture> read(const std::string& path) const override {
        const auto size = static_cast<std::uint8_t>(QFileInfo(QString::fromStdString(path)).size());
        return Picture{1, 2, 3, std::vector<std::uint8_t>(6, size)};
    }
};

} // namespace

class TestDataSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheTrainedSlice() {
        const auto set = DataSet::read(CUTLINE_SOURCE_DIR "/tests/data/trained/fashion.json", DataSet::Section::Test);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(set->size(), std::size_t{2000});
        QCOMPARE(set->shape(), (Shape{1, 28, 28}));
        QCOMPARE(set->name(), std::string("fashion"));
        QCOMPARE(set->classes().size(), std::size_t{10});
        QCOMPARE(set->label(0), 9u); // the first image of the test set is an ankle boot
        const std::vector<float> image = imageOf(*set, 0);
        QCOMPARE(image[0], (0.0f / 255 - 0.286f) / 0.353f);
        QCOMPARE(set->preprocessingText(), std::string("x = (u / 255 - 0.286) / 0.353; channels first"));
        const auto calibration =
            DataSet::read(CUTLINE_SOURCE_DIR "/tests/data/trained/fashion.json", DataSet::Section::Calibration);
        QVERIFY(calibration);
        QCOMPARE(calibration->size(), std::size_t{256});
        QVERIFY(calibration->sha256() != set->sha256());
        QCOMPARE(set->first(10).size(), std::size_t{10});
        QVERIFY(set->first(10).sha256() != set->sha256());
    }

    void readsNumbersOfAnyType_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QList<double>>("values");
        QTest::newRow("idx bytes") << idx({2}, QByteArray("\x01\xff", 2)) << QList<double>{1, 255};
        QTest::newRow("npy |u1") << npy("|u1", "2,", QByteArray("\x01\xff", 2)) << QList<double>{1, 255};
        QTest::newRow("npy <i8") << npy("<i8", "1,", QByteArray("\xfe\xff\xff\xff\xff\xff\xff\xff", 8)) << QList<double>{-2};
        QTest::newRow("npy >i2") << npy(">i2", "2,", QByteArray("\x00\x01\xff\xff", 4)) << QList<double>{1, -1};
        QTest::newRow("npy <f4") << npy("<f4", "1,", QByteArray("\x00\x00\x20\xc0", 4)) << QList<double>{-2.5};
    }
    void readsNumbersOfAnyType() {
        QFETCH(QByteArray, file);
        QFETCH(QList<double>, values);
        const auto array = parseArrayFile(file.toStdString(), "x");
        QVERIFY2(array, array ? "" : array.error().message().c_str());
        QCOMPARE(array->count(), static_cast<std::size_t>(values.size()));
        for (qsizetype i = 0; i < values.size(); ++i) QCOMPARE(array->at(static_cast<std::size_t>(i)), values[i]);
    }

    void arrangesColoursAndChannels() {
        const Folder folder;
        // One image, 1x2 pixels: (1,2,3) and (4,5,6).
        folder.write("i", npy("|u1", "1, 1, 2, 3", QByteArray("\1\2\3\4\5\6")));
        folder.write("l", npy("<i4", "1,", QByteArray("\1\0\0\0", 4)));
        const auto read = [&](const QByteArray& more) {
            folder.write("d.json", "{\"scale\": 1, " + more + " \"test\": {\"images\": \"i\", \"labels\": \"l\"}}");
            return DataSet::read(folder.path("d.json"), DataSet::Section::Test);
        };
        const auto first = read("");
        QVERIFY(first);
        QCOMPARE(first->shape(), (Shape{3, 1, 2}));
        QCOMPARE(imageOf(*first, 0), (std::vector<float>{1, 4, 2, 5, 3, 6}));
        const auto last = read("\"layout_model\": \"NHWC\",");
        QCOMPARE(last->shape(), (Shape{1, 2, 3}));
        QCOMPARE(imageOf(*last, 0), (std::vector<float>{1, 2, 3, 4, 5, 6}));
        const auto swapped = read("\"channel_order\": \"RGB\", \"channel_order_model\": \"BGR\", \"layout_model\": \"NHWC\",");
        QCOMPARE(imageOf(*swapped, 0), (std::vector<float>{3, 2, 1, 6, 5, 4}));
        const auto resized = read("\"resize\": [1, 4], \"layout_model\": \"NHWC\",");
        // Pixel centres: the outer ones keep their values, the inner lie at a quarter and three quarters.
        QCOMPARE(imageOf(*resized, 0), (std::vector<float>{1, 2, 3, 1.75, 2.75, 3.75, 3.25, 4.25, 5.25, 4, 5, 6}));
        const auto cropped = read("\"resize\": [1, 4], \"crop\": [1, 2], \"layout_model\": \"NHWC\",");
        QCOMPARE(imageOf(*cropped, 0), (std::vector<float>{1.75, 2.75, 3.75, 3.25, 4.25, 5.25}));
        QCOMPARE(first->picture(0).pixels, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}));
    }

    void readsLabelsFromCsv_data() {
        QTest::addColumn<QByteArray>("csv");
        QTest::newRow("numbers") << QByteArray("1\n0\n");
        QTest::newRow("names") << QByteArray("b\na\n");
        QTest::newRow("header") << QByteArray("file,label\nx.png,1\ny.png,0\n");
    }
    void readsLabelsFromCsv() {
        QFETCH(QByteArray, csv);
        const Folder folder;
        folder.write("d.json", smallDescription());
        folder.write("i", idx({2, 2, 3}, QByteArray(12, '\x10')));
        folder.write("l", csv);
        const auto set = DataSet::read(folder.path("d.json"), DataSet::Section::Test);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(set->label(0), 1u);
        QCOMPARE(set->label(1), 0u);
    }

    void readsFoldersOfPictures() {
        const Folder folder;
        folder.write("cat/a.png", QByteArray(7, 'x'));
        folder.write("cat/b.png", QByteArray(8, 'x'));
        folder.write("ant/c.png", QByteArray(9, 'x'));
        const LengthReader reader;
        const auto set = DataSet::read(folder.path(), DataSet::Section::Test, &reader);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(set->classes(), (std::vector<std::string>{"ant", "cat"}));
        QCOMPARE(set->size(), std::size_t{3});
        QCOMPARE(set->label(0), 0u);
        QCOMPARE(set->label(2), 1u);
        QCOMPARE(set->picture(0).pixels[0], std::uint8_t{9});
        const auto without = DataSet::read(folder.path(), DataSet::Section::Test);
        QVERIFY(!without);
    }

    /// "2x4 grey" beside "4x8 coloured": without a size to scale to an error, with one the set has that size.
    void scalesPicturesOfManySizes() {
        class NamedReader : public PictureReader {
        public:
            Result<Picture> read(const std::string& path) const override {
                if (path.ends_with("small")) return Picture{2, 4, 1, {0, 0, 100, 100, 0, 0, 200, 200}};
                return Picture{4, 8, 3, std::vector<std::uint8_t>(96, 50)};
            }
        };
        const NamedReader reader;
        const Folder folder;
        folder.write("a/small", "x");
        folder.write("b/large", "x");
        const auto bare = DataSet::read(folder.path(), DataSet::Section::Test, &reader);
        QVERIFY(!bare);
        for (const char* part : {"b/large", "4x8", "2x4", "'resize'"})
            QVERIFY2(bare.error().message().find(part) != std::string::npos, bare.error().message().c_str());
        folder.write("preprocessing.json", R"({"resize": [1, 2], "scale": 1})");
        const auto set = DataSet::read(folder.path(), DataSet::Section::Test, &reader);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(set->shape(), (Shape{3, 1, 2}));
        std::vector<float> values(12);
        set->fill(0, 2, values.data());
        // The mean of each half of the small one, in every colour.
        QCOMPARE(values, (std::vector<float>{0, 150, 0, 150, 0, 150, 50, 50, 50, 50, 50, 50}));
    }

    void saysWhatDoesNotFit_data() {
        QTest::addColumn<QByteArray>("description");
        QTest::addColumn<QByteArray>("images");
        QTest::addColumn<QByteArray>("labels");
        QTest::addColumn<QString>("says");
        const QByteArray images = idx({2, 2, 3}, QByteArray(12, '\x10')), labels = idx({2}, QByteArray("\0\1", 2));
        QTest::newRow("no JSON") << QByteArray("{\n\"test\": [\n") << images << labels << "d.json:3";
        QTest::newRow("no section") << QByteArray("{\"calibration\": {}}") << images << labels << "'test'";
        QTest::newRow("no images") << QByteArray("{\"test\": {}}") << images << labels << "'images'";
        QTest::newRow("cut short") << smallDescription() << images.left(20) << labels << "cut short";
        QTest::newRow("compressed") << smallDescription() << QByteArray("\x1f\x8b\x08\x08\x00") << labels << "gunzip";
        QTest::newRow("no kind") << smallDescription() << QByteArray("hello") << labels << "neither IDX nor NPY";
        QTest::newRow("height") << smallDescription("\"height\": 3,") << images << labels << "height is 2";
        QTest::newRow("two dimensions") << smallDescription() << idx({2, 6}, QByteArray(12, 'x')) << labels << "shape 2x6";
        QTest::newRow("count") << QByteArray(smallDescription()).replace("\"images\"", "\"count\": 3, \"images\"") << images
                               << labels << "2 images";
        QTest::newRow("means") << QByteArray(smallDescription()).replace("[0.5]", "[0.5, 1]") << images << labels << "'mean'";
        QTest::newRow("deviation 0") << QByteArray(smallDescription()).replace("[0.25]", "[0]") << images << labels << "'std'";
        QTest::newRow("few labels") << smallDescription() << images << idx({1}, QByteArray("\0", 1)) << "1 labels for 2";
        QTest::newRow("many labels") << smallDescription() << images << idx({3}, QByteArray("\0\1\0", 3)) << "3 labels for 2";
        QTest::newRow("not finite") << smallDescription()
                                    << npy("<f4", "2, 1, 1", QByteArray("\0\0\0\0\0\0\xc0\x7f", 8)) << labels << "i, row 2";
        QTest::newRow("texts") << QByteArray("{\"test\": {\"texts\": \"t.txt\"}}") << images << labels << "texts and sounds are not read";
        QTest::newRow("label range") << smallDescription() << images << idx({2}, QByteArray("\0\2", 2)) << "row 2";
        QTest::newRow("label text") << smallDescription() << images << QByteArray("a\nzebra\n") << "l:2";
        QTest::newRow("decimal comma") << smallDescription() << images << QByteArray("label\n0,0\n1,0\n") << "l:2: has 2 cells for 1 columns";
        QTest::newRow("columns") << smallDescription() << images << QByteArray("0,1\n1,0\n") << "l:1: of 2 columns none is called 'label'";
        QTest::newRow("other columns") << smallDescription() << images << QByteArray("file,class\nx,1\ny,0\n") << "l:1: of 2 columns";
        QTest::newRow("fortran") << smallDescription() << npy("|u1", "2, 2, 3", QByteArray(12, 'x'), true) << labels
                                 << "Fortran";
        QTest::newRow("npy type") << smallDescription() << npy("<c8", "2, 2, 3", QByteArray(96, 'x')) << labels << "c8";
        QTest::newRow("npy header") << smallDescription() << QByteArray("\x93NUMPY\x01\x00\xff\xff", 10) << labels << "header";
        const auto bad = [&](const char* name, const QByteArray& more, const char* says) {
            QTest::newRow(name) << smallDescription(more) << images << labels << QString::fromLatin1(says);
        };
        bad("format", "\"format\": \"xyz\",", "'format' is 'xyz'");
        bad("dtype", "\"dtype\": \"uint9\",", "'dtype' is 'uint9'");
        bad("other dtype", "\"dtype\": \"float32\",", "says float32");
        bad("height 0", "\"height\": 0,", "'height' is 0");
        bad("height -1", "\"height\": -1,", "'height' is -1");
        bad("height 1.5", "\"height\": 1.5,", "'height' is 1.5");
        bad("height as text", "\"height\": \"28\",", "'height' is \"28\"");
        QTest::newRow("deviation -1") << QByteArray(smallDescription()).replace("[0.25]", "[-1]") << images << labels
                                      << "'std' has -1";
        QTest::newRow("deviation 1e400") << QByteArray(smallDescription()).replace("[0.25]", "[1e400]") << images << labels
                                         << "holds a number that is too large";
        QTest::newRow("huge") << smallDescription() << idx({0x7fffffff, 0x7fffffff, 0x7fffffff}, "x") << labels << "cut short";
        QTest::newRow("crop") << smallDescription("\"crop\": [4, 4],") << images << labels << "'crop'";
    }
    void saysWhatDoesNotFit() {
        QFETCH(QByteArray, description);
        QFETCH(QByteArray, images);
        QFETCH(QByteArray, labels);
        QFETCH(QString, says);
        const Folder folder;
        folder.write("d.json", description);
        folder.write("i", images);
        folder.write("l", labels);
        const auto set = DataSet::read(folder.path("d.json"), DataSet::Section::Test);
        QVERIFY(!set);
        const QString text = QString::fromStdString(set.error().message());
        QVERIFY2(text.contains(says), qPrintable(text));
        QVERIFY2(text.contains(QString::fromStdString(folder.path())), qPrintable(text));
        QVERIFY2(!text.contains(QLatin1String("exception")), qPrintable(text));
    }

    void saysWhatItTookAsGiven() {
        const Folder folder;
        folder.write("i", idx({2, 2, 3}, QByteArray(12, '\x10')));
        folder.write("l", idx({2}, QByteArray("\0\1", 2)));
        folder.write("d.json", smallDescription("\"formula\": \"x = (u/255 - mean[c]) / std[c]\", \"height\": 2,"));
        const auto whole = DataSet::read(folder.path("d.json"), DataSet::Section::Test);
        QVERIFY2(whole, whole ? "" : whole.error().message().c_str());
        QVERIFY(whole->notes().empty());
        folder.write("d.json", smallDescription().replace("\"mean\": [0.5], ", ""));
        const auto set = DataSet::read(folder.path("d.json"), DataSet::Section::Test);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(set->notes().size(), std::size_t{1});
        QVERIFY2(set->notes()[0].find("no 'mean'") != std::string::npos, set->notes()[0].c_str());
        folder.write("d.json", smallDescription("\"formula\": \"x = log(u)\","));
        const auto odd = DataSet::read(folder.path("d.json"), DataSet::Section::Test);
        QVERIFY2(odd, odd ? "" : odd.error().message().c_str());
        QCOMPARE(odd->notes().size(), std::size_t{1});
        QVERIFY2(odd->notes()[0].find("'x=log(u)'") != std::string::npos, odd->notes()[0].c_str());
    }

    /// As text, 10 would be the second class.
    void numbersFoldersOfNumbers() {
        const Folder folder;
        for (const char* name : {"10/a", "2/a", "0/a"}) folder.write(name, "x");
        const LengthReader reader;
        const auto set = DataSet::read(folder.path(), DataSet::Section::Test, &reader);
        QVERIFY2(set, set ? "" : set.error().message().c_str());
        QCOMPARE(set->classes(), (std::vector<std::string>{"0", "2", "10"}));
        folder.write("1b/a", "x");
        const auto named = DataSet::read(folder.path(), DataSet::Section::Test, &reader);
        QVERIFY(named && named->classes()[1] == "10");
    }
};

CUTLINE_TEST(TestDataSet)

} // namespace cutline::tst_data_set

#include "tst_data_set.moc"
