package dev.adit.connector;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The arrows between the packages of this module, and what no class of it does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    private static final String CONNECTOR = "dev.adit.connector.";
    private static final String PROXY = "dev.adit.proxy.";

    private final JavaClasses production = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.adit.connector");

    @Test
    void wireNeedsNothingOfOurs() {
        assertNeedsOnly("wire");
    }

    @Test
    void edgeNeedsOnlySockets() {
        assertNeedsOnly("edge", PROXY + "net");
    }

    @Test
    void ingressNeedsConfigurationAndRoutes() {
        assertNeedsOnly("ingress", PROXY + "config", PROXY + "route");
    }

    @Test
    void tunnelDoesNotKnowWhoSupervisesIt() {
        assertNeedsOnly(
                "tunnel",
                CONNECTOR + "edge",
                CONNECTOR + "ingress",
                CONNECTOR + "wire",
                PROXY + "engine",
                PROXY + "h2",
                PROXY + "http",
                PROXY + "net");
    }

    @Test
    void checkLooksAtEdgesAndRules() {
        assertNeedsOnly("check", CONNECTOR + "edge", CONNECTOR + "ingress", PROXY + "net", PROXY + "route");
    }

    @Test
    void diagAsksTheAdminServer() {
        assertNeedsOnly("diag", CONNECTOR + "admin", PROXY + "config");
    }

    @Test
    void serviceNeedsNothingOfOurs() {
        assertNeedsOnly("service");
    }

    @Test
    void superviseDoesNotKnowTheApplication() {
        assertNeedsOnly("supervise", CONNECTOR + "edge", CONNECTOR + "tunnel", CONNECTOR + "wire");
    }

    @Test
    void adminNeedsOnlySockets() {
        assertNeedsOnly("admin", PROXY + "net");
    }

    @Test
    void statusListensAndTells() {
        assertNeedsOnly(
                "status",
                CONNECTOR + "admin",
                CONNECTOR + "edge",
                CONNECTOR + "ingress",
                CONNECTOR + "supervise",
                CONNECTOR + "tunnel",
                CONNECTOR + "wire");
    }

    @Test
    void controlSeesRequestsAndIsSeenByNobody() {
        assertNeedsOnly(
                "control",
                CONNECTOR + "admin",
                CONNECTOR + "ingress",
                CONNECTOR + "status",
                PROXY + "config",
                PROXY + "engine",
                PROXY + "http",
                PROXY + "route");
    }

    @Test
    void metricsHearAndTell() {
        assertNeedsOnly(
                "metrics",
                CONNECTOR + "admin",
                CONNECTOR + "edge",
                CONNECTOR + "status",
                CONNECTOR + "supervise",
                CONNECTOR + "tunnel",
                CONNECTOR + "wire",
                PROXY + "engine",
                PROXY + "http",
                PROXY + "route",
                PROXY + "upstream");
    }

    @Test
    void loggingNeedsOnlySettings() {
        assertNeedsOnly("logging", CONNECTOR + "settings");
    }

    @Test
    void accountNeedsNoTunnel() {
        assertNeedsOnly("account", CONNECTOR + "edge", CONNECTOR + "wire", PROXY + "config", PROXY + "net");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(CONNECTOR + "(*)..").should().beFreeOfCycles().check(production);
    }

    @Test
    void logsThroughOneApi() {
        noClasses()
                .that()
                // BouncyCastle logs through the JDK, and is silenced there.
                .doNotHaveFullyQualifiedName(CONNECTOR + "edge.PostQuantumTls")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(production);
        noClasses()
                .that()
                .resideOutsideOfPackages(CONNECTOR + "app", CONNECTOR + "logging")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(production);
    }

    @Test
    void takesNoLocks() {
        methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED).check(production);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent.locks..")
                .check(production);
    }

    @Test
    void leavesNoTypeOpen() {
        classes()
                .that(are(
                        "neither interfaces nor made by the compiler",
                        type -> !type.isInterface()
                                && !type.isAnonymousClass()
                                && !type.getSimpleName().equals("package-info")
                                && !type.isEnum()))
                .should()
                .haveModifier(FINAL)
                .check(production);
    }

    private void assertNeedsOnly(String name, String... others) {
        List<String> allowed = new ArrayList<>(Arrays.asList(others));
        allowed.add(CONNECTOR + name);
        noClasses()
                .that()
                .resideInAPackage(CONNECTOR + name)
                .should()
                .dependOnClassesThat(are(
                        "ours outside of " + allowed,
                        type -> type.getPackageName().startsWith("dev.adit.")
                                && !allowed.contains(type.getPackageName())))
                .check(production);
    }

    private static DescribedPredicate<JavaClass> are(String what, Predicate<JavaClass> which) {
        return DescribedPredicate.describe(what, which);
    }
}
