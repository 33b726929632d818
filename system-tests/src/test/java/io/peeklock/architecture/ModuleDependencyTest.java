/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludePackageInfos;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.TimeUnit;

/**
 * Holds the production classes to the order of the modules and to the rules for packages, waits and names.
 *
 * <p>Has no state; any thread.
 */
@AnalyzeClasses(
        packages = "io.peeklock",
        importOptions = {ModuleDependencyTest.ProductionClasses.class, DoNotIncludePackageInfos.class})
final class ModuleDependencyTest {

    private static final String JOURNAL = "io.peeklock.journal..";
    private static final String BROKER = "io.peeklock.broker..";
    private static final String TX = "io.peeklock.tx..";
    private static final String ADMINISTRATION = "io.peeklock.administration..";
    private static final String JMS = "io.peeklock.jms..";
    private static final String TESTING = "io.peeklock.testing..";
    private static final String JUNIT = "io.peeklock.junit..";
    private static final String NARAYANA = "io.peeklock.narayana..";
    private static final String ADAPTER = "io.peeklock.ra..";
    private static final String METERS = "io.peeklock.observability.meters..";
    private static final String TRACING = "io.peeklock.observability.tracing..";
    private static final String SPRING = "io.peeklock.spring..";

    // Maven keeps modules apart, not packages: it would compile a class that stands in another module's package.
    @ArchTest
    static final ArchRule modulesDependOnlyOnThoseBelowThem = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.peeklock..")
            .withOptionalLayers(true)
            .layer("journal")
            .definedBy(JOURNAL)
            .layer("broker")
            .definedBy(BROKER)
            .layer("tx")
            .definedBy(TX)
            .layer("administration")
            .definedBy(ADMINISTRATION)
            .layer("jms")
            .definedBy(JMS)
            .layer("testing")
            .definedBy(TESTING)
            .layer("junit")
            .definedBy(JUNIT)
            .layer("narayana")
            .definedBy(NARAYANA)
            .layer("adapter")
            .definedBy(ADAPTER)
            .layer("observability")
            .definedBy(METERS, TRACING)
            .layer("spring")
            .definedBy(SPRING)
            .whereLayer("journal")
            .mayNotAccessAnyLayer()
            .whereLayer("broker")
            .mayOnlyAccessLayers("journal")
            .whereLayer("tx")
            .mayOnlyAccessLayers("journal", "broker")
            .whereLayer("administration")
            .mayOnlyAccessLayers("journal", "broker")
            .whereLayer("jms")
            .mayOnlyAccessLayers("journal", "broker", "tx", "administration")
            .whereLayer("testing")
            .mayOnlyAccessLayers("journal", "broker", "administration", "jms")
            .whereLayer("junit")
            .mayOnlyAccessLayers("broker", "jms", "testing")
            .whereLayer("narayana")
            .mayOnlyAccessLayers("broker", "tx", "jms")
            .whereLayer("adapter")
            .mayOnlyAccessLayers("broker", "jms")
            .whereLayer("observability")
            .mayOnlyAccessLayers("journal", "broker", "administration", "jms")
            .whereLayer("spring")
            .mayOnlyAccessLayers("broker", "administration", "jms", "narayana", "observability")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule onlyTheArtemisJournalSeesArtemis = noClasses()
            .that()
            .resideOutsideOfPackage("io.peeklock.journal.artemis..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.activemq.artemis..");

    @ArchTest
    static final ArchRule onlyTheProviderSeesJakartaMessaging = noClasses()
            .that()
            .resideInAnyPackage(JOURNAL, BROKER, TX, ADMINISTRATION)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.jms..");

    @ArchTest
    static final ArchRule onlyTheDeclarativeFileSeesJackson = noClasses()
            .that()
            .resideOutsideOfPackage(ADMINISTRATION)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("tools.jackson..");

    @ArchTest
    static final ArchRule onlyItsModuleSeesNarayana = noClasses()
            .that()
            .resideOutsideOfPackage(NARAYANA)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.arjuna..", "org.jboss..");

    // Of the adapter message-driven beans alone: where one has failed, they see to it that the server's transaction is
    // rolled back.
    @ArchTest
    static final ArchRule onlyWhoSetsAManagerUpOrDeliversToBeansSeesJakartaTransactions = noClasses()
            .that()
            .resideOutsideOfPackages(NARAYANA, SPRING, "io.peeklock.ra.inbound..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.transaction..");

    // Each works where the other's library is missing.
    @ArchTest
    static final ArchRule onlyMetersAndWhoWiresThemSeeMicrometer = noClasses()
            .that()
            .resideOutsideOfPackages(METERS, SPRING)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule onlyTracingAndWhoWiresItSeesOpenTelemetry = noClasses()
            .that()
            .resideOutsideOfPackages(TRACING, SPRING)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    // Objects of a bus that another adapter has opened are of its class loader: only the store's own side may know
    // ours.
    @ArchTest
    static final ArchRule handlesKnowNoClassesOfTheProvider = noClasses()
            .that()
            .resideInAPackage("io.peeklock.ra.outbound..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.peeklock.jms", "io.peeklock.jms.message..", "io.peeklock.jms.destination..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.peeklock.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingSleeps = noClasses()
            .should()
            .callMethodWhere(target(name("sleep"))
                    .and(target(owner(assignableTo(Thread.class).or(assignableTo(TimeUnit.class))))))
            .because("a wait has a condition or a timer, which a simulation can drive");

    @ArchTest
    static final ArchRule namesSayWhatAClassDoes =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Util)s?");

    /** Leaves out test classes, which the test jars of other modules put on the class path too. */
    static final class ProductionClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }
}
