/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies and keys as values. */
@Tag("Q6")
final class AccessPolicyTest {
    private static final String SECRET = "topsecret-1";
    private static final EntityPath ORDERS = EntityPath.queue("orders");

    @Nested
    class Keys {

        @Test
        void matchThemselvesAlone() {
            AccessKey key = AccessKey.of(SECRET);
            assertThat(key.matches(SECRET)).isTrue();
            assertThat(List.of("", "topsecret-2", SECRET + "x", "topsecret-", "t\u00FCpsecret-1"))
                    .noneMatch(key::matches);
            assertThat(key).isEqualTo(AccessKey.of(SECRET)).hasSameHashCodeAs(AccessKey.of(SECRET));
            assertThat(key).isNotEqualTo(AccessKey.of("topsecret-2"));
        }

        @Test
        void thatAreMadeHave256RandomBits() {
            SecureRandom random = new SecureRandom();
            AccessKey key = AccessKey.random(random);
            assertThat(Base64.getDecoder().decode(key.text())).hasSize(32);
            assertThat(AccessKey.random(random)).isNotEqualTo(key);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "1234567", "with blank in it", "line\nbreak", "\u00FCmlaut-key"})
        void thatCannotBeAreRefusedWithoutBeingRepeated(String text) {
            assertThatThrownBy(() -> AccessKey.of(text))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation))
                    .satisfies(e -> assertThat(text.isEmpty() || !e.getMessage().contains(text))
                            .isTrue());
            assertThatThrownBy(() -> AccessKey.of("k".repeat(257))).isInstanceOf(BrokerException.class);
        }

        @Test
        void areShownNowhere() {
            AccessKey key = AccessKey.of(SECRET);
            AccessPolicy policy =
                    AccessPolicy.of("app", Claim.SEND).withPrimaryKey(key).withSecondaryKey(key);
            PolicyDefinition definition = new PolicyDefinition(1, 0, "app", policy.claims(), key, key);
            assertThat(List.of(key.toString(), policy.toString(), definition.toString()))
                    .noneMatch(text -> text.contains("secret"));
            assertThat(key.text()).isEqualTo(SECRET);
        }
    }

    @Nested
    class Policies {

        @ParameterizedTest
        @ValueSource(strings = {"a", "RootManageSharedAccessKey", "app-1.eu_west", "0"})
        void haveTheNamesOfServiceBus(String name) {
            assertThat(AccessPolicy.of(name, Claim.LISTEN).name()).isEqualTo(name);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-a", "a.", "a b", "a/b", "a:b", "\u00FC"})
        void haveNoOtherNames(String name) {
            refused(() -> AccessPolicy.of(name, Claim.LISTEN));
            refused(() -> AccessPolicy.of("a".repeat(257), Claim.LISTEN));
        }

        @Test
        void haveClaims() {
            refused(() -> new AccessPolicy(null, "app", Set.of(), null, null));
            assertThat(AccessPolicy.of("app", Claim.SEND)
                            .withClaims(Claim.LISTEN, Claim.MANAGE)
                            .claims())
                    .containsExactlyInAnyOrder(Claim.LISTEN, Claim.MANAGE);
        }

        @Test
        void areOfTheNamespaceAQueueOrATopic() {
            AccessPolicy app = AccessPolicy.of("app", Claim.SEND);
            assertThat(app.entity()).isNull();
            assertThat(app.on(ORDERS).entity()).isEqualTo(ORDERS);
            assertThat(app.on(EntityPath.topic("news")).entity()).isEqualTo(EntityPath.topic("news"));
            refused(() -> app.on(EntityPath.subscription("news", "s")));
            refused(() -> app.on(ORDERS.deadLetterQueue()));
        }

        @Test
        void withManageAllowEverything() {
            assertThat(Claim.allowed(EnumSet.of(Claim.MANAGE))).isEqualTo(Claim.ALL);
            assertThat(Claim.allowed(EnumSet.of(Claim.SEND))).isEqualTo(Claim.SEND.bit());
            assertThat(Claim.allowed(EnumSet.of(Claim.SEND, Claim.LISTEN)))
                    .isEqualTo(Claim.SEND.bit() | Claim.LISTEN.bit());
        }

        private void refused(Runnable making) {
            assertThatThrownBy(making::run)
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation));
        }
    }
}
