package io.github.close4j.onnx.internal.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.close4j.onnx.pretrained.ModelHub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables mean what they mean to curl and to Python. */
final class EnvironmentProxiesTest {
  private static final ProxySelector DIRECT = ProxySelector.of(null);
  private static final String HUB = "https://huggingface.co/x";

  @TempDir private Path directory;

  private static String proxy(Map<String, String> environment, String address) {
    ProxySelector proxies = new EnvironmentProxies(environment, DIRECT);
    Proxy chosen = proxies.select(URI.create(address)).get(0);
    return chosen.type() == Proxy.Type.DIRECT
        ? "none"
        : String.valueOf(chosen.address()).replace("/<unresolved>", "");
  }

  @Test
  void theProxyOfTheSchemeIsTakenAndSmallLettersComeFirst() {
    Map<String, String> both =
        Map.of(
            "https_proxy", "http://secure:3128",
            "HTTPS_PROXY", "http://other:1",
            "HTTP_PROXY", "plain:8080/");
    assertEquals("secure:3128", proxy(both, HUB));
    assertEquals("plain:8080", proxy(both, "http://example.org"));
    assertEquals("any:80", proxy(Map.of("ALL_PROXY", "http://any"), HUB));
    assertEquals("none", proxy(Map.of("https_proxy", " "), HUB));
    assertEquals("none", proxy(Map.of(), HUB));
  }

  @ParameterizedTest
  @CsvSource({
    "huggingface.co,none",
    "HuggingFace.CO:443,none",
    ".co,none",
    "*.co,none",
    "'a.b, co',none",
    "*,none",
    "face.co,p:1",
    "huggingface.com,p:1",
    "'',p:1"
  })
  void hostsAreExempt(String exempt, String expected) {
    assertEquals(expected, proxy(Map.of("https_proxy", "p:1", "no_proxy", exempt), HUB));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:5000/x", "http://127.0.0.1/x", "http://[::1]/x"})
  void thisMachineIsNeverAskedThroughAProxy(String address) {
    assertEquals("none", proxy(Map.of("http_proxy", "p:1"), address));
  }

  @Test
  void javasOwnSettingsComeFirst() {
    Proxy own = new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("own", 2));
    ProxySelector java =
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(own);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
    assertEquals(
        List.of(own),
        new EnvironmentProxies(Map.of("https_proxy", "p:1"), java).select(URI.create(HUB)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://p:1", "http://name:password@p:1", "http://", "p:1:2:3", "a b"})
  void otherFormsAreRefusedWithoutTellingThem(String value) {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> proxy(Map.of("https_proxy", value), HUB));
    assertTrue(refusal.getMessage().startsWith("https_proxy: expected"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("password@"), refusal.getMessage());
  }

  /** Java's own selector, which the process's settings fill, is asked for each request. */
  @Test
  void requestsGoThroughAProxy() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(407, -1);
          exchange.close();
        });
    proxy.start();
    ProxySelector before = ProxySelector.getDefault();
    try {
      ProxySelector.setDefault(ProxySelector.of(proxy.getAddress()));
      ModelHub hub = ModelHub.in(directory).endpoint(URI.create("http://hub.invalid"));
      String message =
          assertThrows(RuntimeException.class, () -> hub.download("owner/name")).getMessage();
      assertTrue(message.contains("the proxy asks for a name and a password"), message);
    } finally {
      ProxySelector.setDefault(before);
      proxy.stop(0);
    }
    assertEquals(List.of("http://hub.invalid/owner/name/resolve/main/config.json"), asked);
  }
}
