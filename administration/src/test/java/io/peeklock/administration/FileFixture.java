/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.administration.EntityFile.Others;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.namespace.TestBus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * A bus and files for it, and what tests of them do again and again.
 *
 * <p>Not thread safe.
 */
abstract class FileFixture {
    static final int PARTITIONS = 4;

    TestBus bus = newBus(Profile.JMS);

    static TestBus newBus(Profile profile) {
        return TestBus.simulated(PARTITIONS, TestBus.config(profile));
    }

    @AfterEach
    void close() {
        bus.close();
    }

    /** A file with these queues and topics, each a list of objects. */
    static String file(String queues, String topics) {
        return "{'UserConfig': {'Namespaces': [{'Name': 'n', 'Queues': [%s], 'Topics': [%s]}]}}"
                .formatted(queues, topics)
                .replace('\'', '"');
    }

    static String queues(String queues) {
        return file(queues, "");
    }

    static String topics(String topics) {
        return file("", topics);
    }

    static String resource(String name) {
        try (InputStream in = FileFixture.class.getResourceAsStream("/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> apply(String document) {
        return apply(document, Others.KEEP);
    }

    /** What was done, a line each. */
    List<String> apply(String document, Others others) {
        return bus.get(EntityFile.parse(document).applyTo(bus.namespace, others)).changes().stream()
                .map(change -> change.kind() + " " + change.what())
                .toList();
    }

    /** Why a file is not applied, a line for each problem; nothing was changed then. */
    List<String> refused(String document) {
        String before = export();
        ConfigException failure =
                (ConfigException) bus.failure(EntityFile.parse(document).applyTo(bus.namespace, Others.KEEP));
        assertThat(export()).as("nothing was applied").isEqualTo(before);
        return failure.problems().stream().map(Problem::toString).toList();
    }

    String export() {
        return bus.get(EntityFile.export(bus.namespace));
    }
}
