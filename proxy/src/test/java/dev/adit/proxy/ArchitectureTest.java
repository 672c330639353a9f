package dev.adit.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which package may know which, and what no class may do. */
final class ArchitectureTest {
    private static final String BASE = "dev.adit.proxy.";

    private static final JavaClasses PROXY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.adit.proxy");

    @ParameterizedTest
    @CsvSource({
        "http,''",
        "net,''",
        "config,''",
        "route,config",
        "access,'route,config,net'",
        "upstream,'route,h2,http,net'",
        "engine,'access,upstream,route,config,http,net'",
        "h2,'http,net'"
    })
    void packagesKnowOnlyThoseBelow(String name, String below) {
        DescribedPredicate<JavaClass> allowed = resideInAPackage(BASE + name);
        for (String lower : below.split(",", -1)) {
            allowed = allowed.or(resideInAPackage(BASE + lower));
        }

        noClasses()
                .that()
                .resideInAPackage(BASE + name)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.adit..").and(not(allowed)))
                .check(PROXY);
    }

    @Test
    void everyPackageIsNamedAbove() {
        assertThat(PROXY.stream().map(JavaClass::getPackageName).distinct())
                .allMatch(name -> Set.of("http", "net", "config", "route", "access", "upstream", "engine", "h2")
                        .contains(name.substring(BASE.length())));
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(PROXY);
    }

    @Test
    void nobodyUsesTheLoggerOfTheJdk() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(PROXY);
    }

    @Test
    void nothingIsSynchronized() {
        methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED).check(PROXY);
    }

    @Test
    void classesAreFinalOrSealed() {
        classes()
                .that(not(INTERFACES))
                .and(DescribedPredicate.describe(
                        "are not sealed", type -> !type.reflect().isSealed()))
                .and(DescribedPredicate.describe(
                        "are not made by the compiler",
                        type -> !type.reflect().isSynthetic() && !type.reflect().isAnonymousClass()))
                .and(DescribedPredicate.describe(
                        "are no packages", type -> !type.getSimpleName().equals("package-info")))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(PROXY);
    }

    @Test
    void nothingStaticIsMutable() {
        assertThat(PROXY.stream()
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> Modifier.isStatic(field.reflect().getModifiers()))
                        .filter(field -> !field.reflect().isSynthetic()))
                .allMatch(field -> Modifier.isFinal(field.reflect().getModifiers()));
    }
}
