package io.github.close4j.benchmarks;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector.Argument;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.connect.VMStartException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The source files whose methods a program enters between its own static methods {@code begin} and
 * {@code end} (or to its end), seen through the debugger's interface.
 */
final class EnteredFiles {
  private static final String PREFIX = "io.github.close4j.";

  private final VirtualMachine machine;
  private final String walk;
  private final SortedSet<String> files = new TreeSet<>();
  private final Map<String, List<BreakpointRequest>> watched = new HashMap<>();
  private boolean within;

  private EnteredFiles(VirtualMachine machine, String walk) {
    this.machine = machine;
    this.walk = walk;
  }

  /**
   * Runs a program in a process of its own.
   *
   * @param walk its main class
   * @param arguments its arguments; without spaces
   * @return paths of source files below a source root, sorted
   */
  static SortedSet<String> of(String classPath, String walk, List<String> arguments)
      throws IOException {
    LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
    Map<String, Argument> settings = connector.defaultArguments();
    setting(settings, "main").setValue(walk + " " + String.join(" ", arguments));
    setting(settings, "options").setValue("-Djava.awt.headless=true -Xmx2g -cp " + classPath);
    try {
      VirtualMachine machine = connector.launch(settings);
      drain(machine.process().getInputStream());
      drain(machine.process().getErrorStream());
      EnteredFiles entered = new EnteredFiles(machine, walk);
      entered.listen();
      if (machine.process().waitFor() != 0) {
        throw new IOException(walk + ": failed; its own messages are above");
      }
      return entered.files;
    } catch (IllegalConnectorArgumentsException | VMStartException e) {
      throw new IOException("cannot start " + walk, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Argument setting(Map<String, Argument> settings, String name) {
    Argument setting = settings.get(name);
    if (setting == null) {
      throw new IllegalStateException("the debugger's connector has no setting " + name);
    }
    return setting;
  }

  private void listen() throws InterruptedException {
    ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
    prepared.addClassFilter(PREFIX + "*");
    prepared.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    prepared.enable();
    while (true) {
      EventSet events = machine.eventQueue().remove();
      for (Event event : events) {
        if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
          return;
        }
        if (event instanceof ClassPrepareEvent prepare) {
          watch(prepare.referenceType());
        } else if (event instanceof BreakpointEvent entry) {
          enter(entry.location().method());
        }
      }
      events.resume();
    }
  }

  /**
   * Breakpoints at the start of each method: unlike method events, they leave the rest compiled.
   */
  private void watch(ReferenceType type) {
    String top = topLevel(type.name());
    boolean isWalk = type.name().equals(walk);
    if (type.name().contains("/") || watched.containsKey(top) && watched.get(top).isEmpty()) {
      return; // A lambda's own class, or of a file that was entered.
    }
    if (!within && !isWalk) {
      return;
    }
    for (Method method : type.methods()) {
      if (method.location() != null) {
        BreakpointRequest start =
            machine.eventRequestManager().createBreakpointRequest(method.location());
        start.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        start.enable();
        watched.computeIfAbsent(top, name -> new ArrayList<>()).add(start);
      }
    }
  }

  private void enter(Method method) {
    ReferenceType type = method.declaringType();
    if (type.name().equals(walk)) {
      if (method.name().equals("begin")) {
        within = true;
        machine.allClasses().stream()
            .filter(loaded -> loaded.name().startsWith(PREFIX) && !loaded.name().equals(walk))
            .filter(ReferenceType::isPrepared)
            .forEach(this::watch);
      } else if (method.name().equals("end")) {
        within = false;
        machine.eventRequestManager().deleteAllBreakpoints();
      }
    } else if (within) {
      String top = topLevel(type.name());
      files.add(file(type, top));
      List<BreakpointRequest> entered = watched.getOrDefault(top, List.of());
      machine.eventRequestManager().deleteEventRequests(entered);
      watched.put(top, List.of());
    }
  }

  private static String topLevel(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static String file(ReferenceType type, String top) {
    Path path = Path.of(top.replace('.', '/') + ".java");
    try {
      return path.resolveSibling(type.sourceName()).toString();
    } catch (AbsentInformationException e) {
      return path.toString();
    }
  }

  private static void drain(InputStream stream) {
    Thread thread =
        new Thread(
            () -> {
              try (stream) {
                stream.transferTo(System.err);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
