package io.github.close4j.onnx.internal.hub;

import com.google.common.base.Ascii;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The proxies that programs other than Java's take from the environment: {@code https_proxy},
 * {@code http_proxy}, {@code all_proxy} and {@code no_proxy}, in small letters or in capitals.
 * Java's own settings, such as {@code -Dhttps.proxyHost}, come first; this machine itself is never
 * asked through a proxy.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final List<String> SCHEMES = List.of("http", "https");
  private static final int DEFAULT_PORT = 80;
  private static final String LOOPBACK = "localhost|127\\..*|\\[?::1\\]?";

  private final ProxySelector java;
  private final Map<String, Proxy> proxies = new HashMap<>();
  private final List<String> exempt;

  /**
   * Proxies of an environment.
   *
   * @throws IllegalArgumentException if one is not http, or needs a password
   */
  EnvironmentProxies(Map<String, String> environment, ProxySelector java) {
    this.java = java;
    for (String scheme : SCHEMES) {
      String own = variable(environment, scheme + "_proxy");
      String proxy = own.isEmpty() ? variable(environment, "all_proxy") : own;
      if (!proxy.isEmpty()) {
        proxies.put(scheme, proxy(scheme, proxy));
      }
    }
    exempt =
        Arrays.stream(variable(environment, "no_proxy").split(","))
            .map(entry -> Ascii.toLowerCase(entry.strip()))
            .map(entry -> entry.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", ""))
            .filter(entry -> !entry.isEmpty())
            .toList();
  }

  /** The proxies of this process. */
  static ProxySelector selector() {
    ProxySelector java = ProxySelector.getDefault();
    return new EnvironmentProxies(System.getenv(), java == null ? ProxySelector.of(null) : java);
  }

  private static String variable(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "").strip();
    return value.isEmpty() ? environment.getOrDefault(Ascii.toUpperCase(name), "").strip() : value;
  }

  private static Proxy proxy(String scheme, String value) {
    try {
      URI uri = URI.create(value.contains("://") ? value : "http://" + value);
      if (uri.getHost() != null && "http".equals(uri.getScheme()) && uri.getUserInfo() == null) {
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
      }
    } catch (IllegalArgumentException e) {
      // Refused below, without its value: there may be a password in it.
    }
    throw new IllegalArgumentException(
        scheme + "_proxy: expected http://host:port and no password, found another form");
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> chosen = java.select(uri);
    Proxy proxy = proxies.get(Ascii.toLowerCase(uri.getScheme()));
    boolean isChosen = chosen.stream().anyMatch(one -> one.type() != Proxy.Type.DIRECT);
    return proxy == null || isChosen || isExempt(Ascii.toLowerCase(uri.getHost()))
        ? chosen
        : List.of(proxy);
  }

  /** Whether a host is this machine, or one that {@code no_proxy} lists, or one below it. */
  private boolean isExempt(String host) {
    return host.matches(LOOPBACK)
        || exempt.stream()
            .anyMatch(
                entry -> entry.equals("*") || host.equals(entry) || host.endsWith("." + entry));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    java.connectFailed(uri, address, failure);
  }
}
