/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.administration.EntityFile.Keys;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shared access policies in a file.
 *
 * <p>One thread.
 */
@Tag("Q6")
final class EntityFilePolicyTest extends FileFixture {
    private static final String KEY = "correct-horse-battery";
    private static final EntityPath ORDERS = EntityPath.queue("orders");

    private static String policies(String policies) {
        return queues("{'Name': 'orders', 'AuthorizationRules': [" + policies.replace('\'', '"') + "]}");
    }

    private static String policy(String name, String properties) {
        return "{'Name': '" + name + "', 'Properties': {" + properties + "}}";
    }

    private AccessPolicy found(EntityPath owner, String name) {
        return bus.get(bus.namespace.policy(owner, name));
    }

    @Test
    void areMadeWithTheKeysOfTheFileAndRandomOnesForOthers() {
        assertThat(apply(policies(policy("app", "'Rights': ['Send', 'Listen'], 'PrimaryKey': '" + KEY + "'"))))
                .containsExactly("CREATED queue 'orders'", "CREATED policy 'app' of queue 'orders'");
        AccessPolicy app = found(ORDERS, "app");
        assertThat(app.claims()).isEqualTo(Set.of(Claim.SEND, Claim.LISTEN));
        assertThat(app.primaryKey()).isEqualTo(AccessKey.of(KEY));
        assertThat(app.secondaryKey()).isNotNull();
    }

    @Test
    void ofTheNamespaceStandBesideItsQueues() {
        String document = "{'UserConfig': {'Namespaces': [{'AuthorizationRules': ["
                + policy("root", "'Rights': ['Manage']") + "]}]}}";
        assertThat(apply(document.replace('\'', '"'))).containsExactly("CREATED policy 'root' of the namespace");
        assertThat(found(null, "root").claims()).containsExactly(Claim.MANAGE);
    }

    @Test
    void keepTheirKeysWhereTheFileNamesNone() {
        apply(policies(policy("app", "'Rights': ['Send'], 'PrimaryKey': '" + KEY + "'")));
        AccessPolicy before = found(ORDERS, "app");
        assertThat(apply(policies(policy("app", "'Rights': ['Send']")))).isEmpty();
        apply(policies(policy("app", "'Rights': ['Listen']")));
        assertThat(found(ORDERS, "app")).isEqualTo(before.withClaims(Claim.LISTEN));
    }

    @Test
    void thatAreListedAreAllThatThereAreAndUnmentionedOnesStay() {
        apply(policies(policy("a", "'Rights': ['Send']") + ", " + policy("b", "'Rights': ['Send']")));
        assertThat(apply(queues("{'Name': 'orders'}"))).isEmpty();
        assertThat(apply(policies(policy("b", "'Rights': ['Send']"))))
                .containsExactly("DELETED policy 'a' of queue 'orders'");
        apply(policies(""));
        assertThat(bus.get(bus.namespace.policies(ORDERS))).isEmpty();
    }

    @Test
    void areExportedWithoutKeysUnlessAskedFor() {
        apply(policies(policy("app", "'Rights': ['Send'], 'PrimaryKey': '" + KEY + "'")));
        String without = export();
        String with = bus.get(EntityFile.export(bus.namespace, Keys.INCLUDED));
        assertThat(without).contains("\"app\"").doesNotContain(KEY).doesNotContain("SecondaryKey");
        List<AccessPolicy> policies = bus.get(bus.namespace.policies(ORDERS));
        bus.close();
        bus = newBus(Profile.JMS);
        apply(with);
        assertThat(bus.get(bus.namespace.policies(ORDERS))).isEqualTo(policies);
        assertThat(export()).isEqualTo(without);
    }

    @Test
    void areRefusedIfThereWouldBeTooMany() {
        bus.create(QueueDescription.builder("orders"));
        StringBuilder many = new StringBuilder(policy("p", "'Rights': ['Send']"));
        for (int i = 1; i <= 12; i++) {
            many.append(", ").append(policy("p" + i, "'Rights': ['Send']"));
        }
        assertThat(refused(policies(many.toString())))
                .singleElement()
                .asString()
                .contains("AuthorizationRules[12]: at most 12 policies");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'Rights': ['Receive'] | AuthorizationRules[0].Properties.Rights: a right is Manage, Send or Listen, not 'Receive'",
                "'Rights': 'Send' | Rights: a list, [...], is needed here, not a text",
                "'Rights': [] | has no claims",
                "'Rights': ['Send'], 'PrimaryKey': 'secret' | PrimaryKey: a shared access key has 8 to 256",
                "'Rights': ['Send'], 'PrimaryKey': 12345678 | PrimaryKey: a text is needed here, not a number",
                "'Rights': ['Send'], 'PrimaryKey': secret5678 | no JSON",
                "'Rights': ['Send'], 'Key': 'secret5678' | known are Rights, PrimaryKey, SecondaryKey"
            })
    void thatAreWrongAreRefusedWithoutTheirKeys(String properties, String expected) {
        ConfigException failure =
                catchThrowableOfType(ConfigException.class, () -> EntityFile.parse(policies(policy("p", properties))));
        assertThat(failure).hasMessageContaining(expected.strip());
        assertThat(failure.getMessage()).doesNotContain("secret").doesNotContain("12345678");
    }

    @Test
    void thatAreThereTwiceAreRefused() {
        String app = policy("app", "'Rights': ['Send']");
        assertThat(catchThrowableOfType(ConfigException.class, () -> EntityFile.parse(policies(app + ", " + app))))
                .hasMessageContaining("AuthorizationRules[1].Name: the name is there twice");
    }

    private static String many(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> policy(prefix + i, "'Rights': ['Listen']"))
                .collect(Collectors.joining(", "));
    }

    @Test
    void areReplacedOneByOneWhereThereIsNoRoomForMore() {
        apply(policies(many("a", 12)));
        List<String> changes = apply(policies(many("b", 12)));
        assertThat(changes).hasSize(24);
        assertThat(changes.get(0)).startsWith("DELETED");
        assertThat(changes.get(1)).startsWith("CREATED");
        assertThat(bus.get(bus.namespace.policies(ORDERS)))
                .hasSize(12)
                .allSatisfy(policy -> assertThat(policy.name()).startsWith("b"));
    }

    @Test
    void areReplacedOneByOneFromWhereThereIsNoRoomAnyMore() {
        apply(policies(many("a", 11)));
        List<String> changes = apply(policies(many("b", 12)));
        assertThat(changes.subList(0, 3))
                .containsExactly(
                        "CREATED policy 'b0' of queue 'orders'",
                        "DELETED policy 'a0' of queue 'orders'",
                        "CREATED policy 'b1' of queue 'orders'");
        assertThat(bus.get(bus.namespace.policies(ORDERS))).hasSize(12);
    }

    /** With none at all, whoever names a user would be let in, for as long as it takes to apply the file again. */
    @Test
    void areNeverNoneInBetween() {
        String before = "{'Name': 'a', 'AuthorizationRules': [" + policy("app", "'Rights': ['Send']") + "]}";
        apply(queues(before));
        String after = before.replace("'app'", "'other'");
        assertThat(apply(queues(after)))
                .containsExactly("CREATED policy 'other' of queue 'a'", "DELETED policy 'app' of queue 'a'");
        String moved = "{'Name': 'a', 'AuthorizationRules': []}, " + after.replace("'a'", "'b'");
        assertThat(apply(queues(moved)))
                .containsExactly(
                        "CREATED queue 'b'",
                        "CREATED policy 'other' of queue 'b'",
                        "DELETED policy 'other' of queue 'a'");
    }

    @Test
    void areExportedToTheBearerOfAKeyAsFarAsItMaySeeThem() {
        apply(policies(policy("app", "'Rights': ['Manage'], 'PrimaryKey': '" + KEY + "'")));
        bus.create(QueueDescription.builder("hidden"));
        bus.get(bus.namespace.createPolicy(AccessPolicy.of("root", Claim.MANAGE)));
        Namespace app = bus.namespace.authorize("app", KEY);
        assertThat(bus.get(EntityFile.export(app, Keys.INCLUDED)))
                .contains("\"orders\"", "\"app\"", KEY)
                .doesNotContain("hidden", "root");
        bus.get(bus.namespace.createPolicy(
                AccessPolicy.of("reader", Claim.LISTEN).on(ORDERS).withPrimaryKey(AccessKey.of(KEY))));
        Namespace reader = bus.namespace.authorize("reader", KEY);
        assertThat(bus.get(EntityFile.export(reader, Keys.INCLUDED)))
                .contains("\"orders\"")
                .doesNotContain("AuthorizationRules", KEY);
    }
}
