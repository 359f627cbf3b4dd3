package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.close4j.UnusableFileException;
import io.github.close4j.adapter.CovarianceNoise;
import io.github.close4j.adapter.LinearAdapter;
import io.github.close4j.adapter.MeanShift;
import io.github.close4j.adapter.ModalityAdapter;
import io.github.close4j.onnx.internal.checkpoint.Checkpoints;
import io.github.close4j.onnx.pretrained.PretrainedAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The authors' adapters from a bucket; what is in their files, {@code ReferenceAdapterTest} tells.
 */
final class PretrainedAdapterTest {
  @TempDir private Path cache;
  private FakeInternet internet;
  private final Map<String, byte[]> pickles = new HashMap<>();

  @BeforeEach
  void connect() throws IOException {
    internet = new FakeInternet();
    try (InputStream file = Files.newInputStream(Checkpoints.path("adapters/pickles.zip"));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        pickles.put(entry.getName(), zip.readAllBytes());
      }
    }
    for (String source : List.of("cc3m", "kp-restval")) {
      String begin = "adapters/" + source;
      internet.bucketFiles.put(begin + "-linear-v1.pkl", pickles.get("linear-p4-f4-C-old.pkl"));
      internet.bucketFiles.put(begin + "-mean-diff.pkl", pickles.get("mean-p4-f4-C-old.pkl"));
      internet.bucketFiles.put(begin + "-cov-diff.pkl", pickles.get("covariance-p4-f8-C-old.pkl"));
    }
  }

  @AfterEach
  void disconnect() {
    internet.close();
  }

  private ModalityAdapter fetch(PretrainedAdapter adapter) {
    return adapter.fetch(internet.client(cache));
  }

  @ParameterizedTest
  @EnumSource(PretrainedAdapter.class)
  void eachIsOfItsKindAndFetchedOnce(PretrainedAdapter adapter) {
    Map<String, Class<? extends ModalityAdapter>> kinds =
        Map.of(
            "linear-v1", LinearAdapter.class,
            "mean-diff", MeanShift.class,
            "cov-diff", CovarianceNoise.class);
    String kind = adapter.toString().replaceFirst("^(cc3m|kp-restval)-", "");
    assertInstanceOf(kinds.get(kind), fetch(adapter));
    long fetched = kind.equals("cov-diff") ? 2 : 1;
    assertEquals(fetched, internet.count("bucket GET /adapters/"));
    fetch(adapter);
    assertEquals(fetched, internet.count("bucket GET /adapters/"));
    internet.close();
    assertInstanceOf(kinds.get(kind), adapter.fetch(internet.client(cache).offline(true)));
  }

  @Test
  void whatIsMissingOfflineIsToldWithTheCommand() {
    String message =
        assertThrows(
                UnusableFileException.class,
                () -> PretrainedAdapter.COCO_COVARIANCE.fetch(internet.client(cache).offline(true)))
            .getMessage();
    assertTrue(
        message.contains(
            "missing are ai2-prior-close: adapters/kp-restval-mean-diff.pkl, ai2-prior-close: adapters/kp-restval-cov-diff.pkl. "),
        message);
    assertTrue(
        message.contains("close fetch adapter kp-restval-cov-diff --cache " + cache), message);
  }

  @Test
  void aProgramInThePlaceOfAnAdapterIsRefusedByItsName() {
    internet.bucketFiles.put(
        "adapters/cc3m-linear-v1.pkl",
        "cos\nsystem\n(S'touch x'\ntR.".getBytes(StandardCharsets.ISO_8859_1));
    String message =
        assertThrows(UnusableFileException.class, () -> fetch(PretrainedAdapter.CC3M_LINEAR))
            .getMessage();
    assertTrue(message.contains("found 'os.system'"), message);
  }

  @Test
  void aPageInThePlaceOfAnAdapterIsNotKept() {
    byte[] truth =
        internet.bucketFiles.put(
            "adapters/cc3m-linear-v1.pkl", "<html>".getBytes(StandardCharsets.UTF_8));
    assertThrows(UncheckedIOException.class, () -> fetch(PretrainedAdapter.CC3M_LINEAR));
    internet.bucketFiles.put("adapters/cc3m-linear-v1.pkl", truth);
    assertInstanceOf(LinearAdapter.class, fetch(PretrainedAdapter.CC3M_LINEAR));
  }
}
