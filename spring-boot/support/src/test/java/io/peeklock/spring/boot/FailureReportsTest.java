/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What a user reads when the application does not start because of us. */
final class FailureReportsTest {

    @TempDir
    Path directory;

    @Test
    void aStoreThatAnotherProcessHas() throws Exception {
        try (OtherProcess holder = OtherProcess.holding(directory)) {
            FailureAnalysis analysis = analysis("peeklock.directory=" + directory);
            assertThat(analysis.getDescription()).contains(directory.toString()).contains(Long.toString(holder.pid()));
            assertThat(analysis.getAction()).contains("End the other one").contains("peeklock.directory");
        }
    }

    @Test
    void aDirectoryThatCannotBeADirectory() throws Exception {
        Path file = Files.writeString(directory.resolve("a-file"), "text");
        FailureAnalysis analysis = analysis("peeklock.directory=" + file.resolve("bus"));
        assertThat(analysis.getDescription()).contains("a-file");
        assertThat(analysis.getAction()).contains("peeklock.directory");
    }

    @Test
    @Tag("P1")
    void anotherNumberOfPartitionsThanTheStores() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PeeklockAutoConfiguration.class))
                .withPropertyValues("peeklock.directory=" + directory, "peeklock.partitions=2")
                .run(context -> assertThat(context).hasNotFailed());
        FailureAnalysis analysis = analysis("peeklock.directory=" + directory, "peeklock.partitions=3");
        assertThat(analysis.getDescription())
                .contains("partitions")
                .contains("2")
                .contains("3");
    }

    @Test
    void aWrongProperty() {
        FailureAnalysis analysis = analysis("peeklock.options.lockRenewl=5min");
        assertThat(analysis.getDescription())
                .contains("peeklock.options.lockRenewl")
                .contains("did you mean lockRenewal?");
        assertThat(analysis.getAction()).contains("peeklock.options.lockRenewl");
    }

    /** Told by Spring Boot itself. With a slip in its name a directory would be none, and the messages in memory. */
    @ParameterizedTest
    @ValueSource(strings = {"peeklock.directry", "peeklock.pool.max-conections", "peeklock.transactions.nod"})
    void aSlipInTheNameOfAProperty(String property) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PeeklockAutoConfiguration.class))
                .withPropertyValues(property + "=1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(UnboundConfigurationPropertiesException.class)
                        .hasMessageContaining(property));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "peeklock.pool.max-connections=0",
                "peeklock.pool.max-sessions-per-connection=0",
                "peeklock.pool.idle-timeout=30d",
                "peeklock.pool.idle-timeout=-1s"
            })
    void aPoolThatHasNothingToGive(String property) {
        FailureAnalysis analysis = analysis("peeklock.pool.enabled=true", property);
        assertThat(analysis.getDescription())
                .contains(property.substring(0, property.indexOf('=')))
                .contains("allowed is");
    }

    @Test
    void aFileOfEntitiesThatIsNotThere() {
        FailureAnalysis analysis = analysis("peeklock.config-file=" + directory.resolve("none.json"));
        assertThat(analysis.getDescription()).contains("none.json");
        assertThat(analysis("peeklock.config-file=classpath:none.json").getDescription())
                .contains("peeklock.config-file")
                .contains("none.json");
    }

    @Test
    void aFileOfEntitiesWithMistakes() throws Exception {
        Path file = Files.writeString(directory.resolve("entities.json"), "{\"queues\": [{\"nme\": \"orders\"}]}");
        FailureAnalysis analysis = analysis("peeklock.config-file=" + file);
        assertThat(analysis.getDescription()).contains("entities.json").contains("known are");
        assertThat(analysis.getAction()).contains("peeklock.config-file");
    }

    @Test
    @Tag("Q6")
    void aLoginThatIsRefused() throws Exception {
        Path users = Files.writeString(directory.resolve("users"), "");
        FailureAnalysis analysis =
                analysis("peeklock.users-file=" + users, "peeklock.user=shop", "peeklock.password=hush");
        assertThat(analysis.getAction()).contains("peeklock.user");
        assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("hush");
    }

    private static FailureAnalysis analysis(String... properties) {
        AtomicReference<FailureAnalysis> found = new AtomicReference<>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PeeklockAutoConfiguration.class))
                .withPropertyValues(properties)
                .run(context -> {
                    Throwable failure = context.getStartupFailure();
                    assertThat(failure).isNotNull();
                    found.set(registered(failure));
                });
        return found.get();
    }

    /** By whichever of the analyzers that Spring Boot finds; it asks one after the other, too. */
    private static FailureAnalysis registered(Throwable failure) {
        return SpringFactoriesLoader.forDefaultResourceLocation(FailureReportsTest.class.getClassLoader())
                .load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, e) -> {}))
                .stream()
                .filter(analyzer -> analyzer.getClass().getName().startsWith("io.peeklock."))
                .map(analyzer -> analyzer.analyze(failure))
                .filter(analysis -> analysis != null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody explains it", failure));
    }
}
