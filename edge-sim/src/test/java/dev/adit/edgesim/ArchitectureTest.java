package dev.adit.edgesim;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.adit.edgesim");

    @Test
    void usesOnlyTheWireCodecsOfTheConnector() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.adit.connector..").and(not(resideInAPackage("dev.adit.connector.wire"))))
                .because("the simulator must not share the connector's mistakes")
                .check(CLASSES);
    }

    @Test
    void usesOnlyTheTransportOfTheProxy() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.adit.proxy..").and(not(resideInAPackage("dev.adit.proxy.net"))))
                .check(CLASSES);
    }

    @Test
    void hasNoCircleOfPackages() {
        slices().matching("dev.adit.edgesim.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void pointsDownwardOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.adit.edgesim.h2",
                        "dev.adit.edgesim.link",
                        "dev.adit.edgesim.tls",
                        "dev.adit.edgesim.tunnel",
                        "dev.adit.edgesim.eyeball",
                        "dev.adit.edgesim.fault",
                        "dev.adit.edgesim.admin",
                        "dev.adit.edgesim.api",
                        "dev.adit.edgesim.state")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.adit.edgesim", "dev.adit.edgesim.demo")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.adit.edgesim.h2")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.adit.connector..", "dev.adit.edgesim.tunnel", "dev.adit.edgesim.eyeball")
                .because("load tools use it against any server")
                .check(CLASSES);
    }

    @Test
    void keepsFaultsAboveTheTunnelSideAndLinksBelow() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.adit.edgesim.h2",
                        "dev.adit.edgesim.link",
                        "dev.adit.edgesim.tls",
                        "dev.adit.edgesim.tunnel",
                        "dev.adit.edgesim.eyeball")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.adit.edgesim.fault")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.adit.edgesim.link")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.adit..").and(not(resideInAPackage("dev.adit.edgesim.link"))))
                .check(CLASSES);
    }

    @Test
    void logsWithSlf4jOnly() {
        noClasses()
                .that()
                // It has to turn BouncyCastle's log down.
                .doNotHaveSimpleName("TunnelTls")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(CLASSES);
    }

    @Test
    void locksNothing() {
        noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).check(CLASSES);
    }
}
