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

    /**
     * Calls {@code stop} with the signal's usual name at the first signal, and {@code last} at the second one, which ends the
     * process as soon as that returns; on a JVM without signals, neither.
     */
    static void onStop(Consumer<String> stop, Runnable last) {
        AtomicBoolean stopping = new AtomicBoolean();
        on("TERM", () -> stop(stopping, "terminated", stop, () -> end(last, 128 + 15)));
        on("INT", () -> stop(stopping, "interrupt", stop, () -> end(last, 128 + 2)));
    }

    private static void stop(AtomicBoolean stopping, String signal, Consumer<String> stop, Runnable end) {
        if (stopping.compareAndSet(false, true)) {
            stop.accept(signal);
        } else {
            log.warn("Ending at once due to a second signal {}", signal);
            end.run();
        }
    }

    private static void end(Runnable last, int exitCode) {
        try {
            last.run();
        } finally {
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
