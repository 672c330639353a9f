package dev.adit.connector.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system. The first SIGTERM or SIGINT asks for a graceful stop, the second one ends the process at
 * once with 128 plus the signal's number; a JVM shutdown hook could do neither, since it can't choose the exit code and sees
 * one signal only. The signal classes are reached by reflection because a compiler warns of them and no option turns that
 * off.
 */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Calls {@code stop} with the signal's usual name at the first signal; on a JVM without signals, never. */
    static void onFirstStop(Consumer<String> stop) {
        AtomicBoolean stopping = new AtomicBoolean();
        on("TERM", () -> stop(stopping, 128 + 15, () -> stop.accept("terminated")));
        on("INT", () -> stop(stopping, 128 + 2, () -> stop.accept("interrupt")));
    }

    private static void stop(AtomicBoolean stopping, int exitCode, Runnable stop) {
        if (stopping.compareAndSet(false, true)) {
            stop.run();
        } else {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** Calls {@code action} at each signal {@code name}, such as HUP, on a thread of the JVM's. */
    static void on(String name, Runnable action) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
                action.run();
            }
            return null;
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, handler);
            signal.getMethod("handle", signal, signalHandler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException e) {
            log.warn("nothing is done on SIG{}: {}", name, e.toString());
        }
    }
}
