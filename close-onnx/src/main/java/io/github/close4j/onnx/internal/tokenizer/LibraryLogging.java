package io.github.close4j.onnx.internal.tokenizer;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Starts SLF4J, through which the libraries beneath this one log. Where an application has no
 * provider it complains on standard error; it is started here without that complaint. An
 * application with a provider, or with a wish of its own, sees no difference.
 */
public final class LibraryLogging {
  /** Read by SLF4J once, when it starts. */
  private static final String VERBOSITY = "slf4j.internal.verbosity";

  private LibraryLogging() {}

  /** Starts it, unless it runs already. */
  public static void start() {
    try {
      boolean hasProvider = ServiceLoader.load(SLF4JServiceProvider.class).findFirst().isPresent();
      if (!hasProvider && System.getProperty(VERBOSITY) == null) {
        System.setProperty(VERBOSITY, "ERROR");
        LoggerFactory.getILoggerFactory();
        System.clearProperty(VERBOSITY);
      }
    } catch (LinkageError | ServiceConfigurationError e) {
      // An older SLF4J, or a broken provider: the application hears of it as it would without us.
    }
  }
}
