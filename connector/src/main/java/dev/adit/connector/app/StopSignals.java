package dev.adit.connector.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first one asks for a graceful stop, the second one ends the process at once with 128 plus the
 * signal's number. A JVM shutdown hook could do neither, since it can't choose the exit code and sees one signal only.
 * The signal classes are reached by reflection because a compiler warns of them and no option turns that off.
 */
final class StopSignals {
    private static final Logger log = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /** Calls {@code stop} with the signal's usual name at the first signal; on a JVM without signals, never. */
    static void onFirst(Consumer<String> stop) {
        AtomicBoolean stopping = new AtomicBoolean();
        handle("TERM", 128 + 15, stopping, () -> stop.accept("terminated"));
        handle("INT", 128 + 2, stopping, () -> stop.accept("interrupt"));
    }

    private static void handle(String name, int exitCode, AtomicBoolean stopping, Runnable stop) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                if (stopping.compareAndSet(false, true)) {
                    stop.run();
                } else {
                    Runtime.getRuntime().halt(exitCode);
                }
            }
            return null;
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {signalHandler}, handler);
            signal.getMethod("handle", signal, signalHandler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException e) {
            log.warn("no graceful stop on SIG{}: {}", name, e.toString());
        }
    }
}
