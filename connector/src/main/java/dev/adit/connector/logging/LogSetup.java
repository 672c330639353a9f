package dev.adit.connector.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/**
 * Found by logback, before its first line. Until {@link Logging} has settings, INFO and above goes to standard error at
 * once, as text. A program that has a configuration of logback's on its class path decides by itself what becomes of lines.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String INTAKE = "adit";

    private final ClassLoader resources;

    public LogSetup() {
        this(LogSetup.class.getClassLoader());
    }

    /** Looks among {@code resources} for configurations of others. */
    LogSetup(ClassLoader resources) {
        this.resources = resources;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (isConfiguredByOthers()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        addTo(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Has {@code context} write to standard error until there are settings. */
    static void addTo(LoggerContext context) {
        // What logback tells of itself would stand among lines of another form.
        context.getStatusManager().add(new NopStatusListener());
        Intake intake = new Intake(new ErrorStream(context, new TextForm(ZoneOffset.UTC, false)));
        intake.setName(INTAKE);
        intake.setContext(context);
        intake.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(intake);
        LogThresholds.DEFAULT.applyTo(context);
    }

    /** Where the lines of {@code context} come in; one that gets none if others decide. */
    static Intake intake(LoggerContext context) {
        return context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(INTAKE) instanceof Intake ours
                ? ours
                : new Intake(new ErrorStream(context, new TextForm(ZoneOffset.UTC, false)));
    }

    private boolean isConfiguredByOthers() {
        return System.getProperty("logback.configurationFile") != null
                || Stream.of("logback-test.xml", "logback.xml").anyMatch(name -> resources.getResource(name) != null);
    }
}
