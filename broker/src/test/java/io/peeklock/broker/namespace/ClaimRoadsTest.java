/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.SharedCredit;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.namespace.ClaimRoads.Need;
import io.peeklock.broker.namespace.ClaimRoads.Road;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every road into the bus asks for the claim that it needs, and for no other; a method without one fails here. */
@Tag("Q6")
class ClaimRoadsTest extends ClaimFixture {

    /** By their names, overloaded ones with their parameters. */
    private static Set<String> methodsOf(Class<?> type) {
        Map<String, List<Method>> byName = Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
                .collect(Collectors.groupingBy(Method::getName));
        Set<String> names = new TreeSet<>();
        byName.forEach((name, methods) -> methods.forEach(
                method -> assertThat(names.add(methods.size() == 1 ? name : name + "/" + parametersOf(method)))
                        .as("the name and parameters of %s are its own", method)
                        .isTrue()));
        return names;
    }

    private static String parametersOf(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(","));
    }

    @Test
    void everyMethodOfANamespaceHasADeclaredClaim() {
        Set<String> declared = ClaimRoads.all().stream().map(Road::method).collect(Collectors.toSet());
        assertThat(methodsOf(Namespace.class))
                .as("methods of Namespace; add the new ones to ClaimRoads, and a check to ClaimedNamespace")
                .isEqualTo(new TreeSet<>(declared));
    }

    static Stream<Road> roads() {
        return ClaimRoads.all().stream();
    }

    private Delivery held() {
        bus.send("held");
        return bus.take();
    }

    /** Every set of claims that is not enough. */
    private static List<Set<Claim>> tooLittle(Need need) {
        return switch (need) {
            case NOTHING, ANY -> List.of();
            case SEND -> List.of(EnumSet.of(Claim.LISTEN));
            case LISTEN -> List.of(EnumSet.of(Claim.SEND));
            case MANAGE, MANAGE_NAMESPACE -> List.of(EnumSet.of(Claim.SEND, Claim.LISTEN));
        };
    }

    /** Every claim that is enough. */
    private static List<Claim> enough(Need need) {
        return switch (need) {
            case NOTHING, ANY -> List.of(Claim.values());
            case SEND -> List.of(Claim.SEND, Claim.MANAGE);
            case LISTEN -> List.of(Claim.LISTEN, Claim.MANAGE);
            case MANAGE, MANAGE_NAMESPACE -> List.of(Claim.MANAGE);
        };
    }

    private void grantOnEntities(Set<Claim> claims) {
        for (EntityPath owner : ClaimRoads.OWNERS) {
            policy(owner, claims);
        }
    }

    private void again() {
        open(Profile.JMS, false);
    }

    @ParameterizedTest
    @MethodSource("roads")
    void isOpenToWhoHasTheClaimOnTheEntity(Road road) {
        for (Claim claim : enough(road.need())) {
            again();
            Delivery held = held();
            grantOnEntities(EnumSet.of(claim));
            Namespace app = app();
            assertThat(isRefused(() -> road.call().on(app, held)))
                    .as("%s with %s", road, claim)
                    .isEqualTo(road.need() == Need.MANAGE_NAMESPACE);
        }
    }

    @ParameterizedTest
    @MethodSource("roads")
    void isOpenToWhoHasTheClaimOnTheNamespace(Road road) {
        for (Claim claim : enough(road.need())) {
            again();
            Delivery held = held();
            policy(null, claim);
            Namespace app = app();
            assertThat(isRefused(() -> road.call().on(app, held)))
                    .as("%s with %s", road, claim)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("roads")
    void isClosedToWhoHasOnlyOtherClaims(Road road) {
        for (Set<Claim> claims : tooLittle(road.need())) {
            Delivery held = held();
            grantOnEntities(claims);
            Namespace app = app();
            assertThat(isRefused(() -> road.call().on(app, held)))
                    .as("%s with %s on entities", road, claims)
                    .isTrue();
            policy(null, claims);
            assertThat(isRefused(() -> road.call().on(app, held)))
                    .as("%s with %s on the namespace", road, claims)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("roads")
    void isClosedToWhoHasClaimsElsewhere(Road road) {
        Delivery held = held();
        bus.get(bus.namespace.createQueue(QueueDescription.of("elsewhere")));
        policy(EntityPath.queue("elsewhere"), Claim.MANAGE);
        Namespace app = app();
        boolean open = road.need() == Need.NOTHING || road.on().equals("temporary") && road.need() == Need.ANY;
        boolean lists = road.on().equals("all");
        assertThat(isRefused(() -> road.call().on(app, held))).as("%s", road).isEqualTo(!open && !lists);
    }

    @ParameterizedTest
    @MethodSource("roads")
    void isClosedAtTheNextCallWhenThePolicyIsDeleted(Road road) {
        Delivery held = held();
        policy(null, Claim.MANAGE);
        Namespace app = app();
        bus.get(bus.namespace.deletePolicy(null, "app"));
        assertThat(isRefused(() -> road.call().on(app, held))).as("%s", road).isEqualTo(road.need() != Need.NOTHING);
    }

    /** What is left when the claim has gone under an open receiver. */
    @Nested
    class OfAReceiver {
        private final Map<String, Function<SessionReceiver, Object>> closed = Map.of(
                "receive/", SessionReceiver::receive,
                "receive/int", session -> session.receive(0),
                "receive/int,String", session -> session.receive(0, "a"),
                "receive/int,String,SharedCredit", session -> session.receive(0, "a", new SharedCredit()),
                "receiveNow/int", session -> session.receiveNow(-1),
                "receiveNow/int,String", session -> session.receiveNow(-1, "a"),
                "renewSessionLock", SessionReceiver::renewSessionLock,
                "receiveDeferred", session -> session.receiveDeferred(List.of(1L)),
                "getSessionState", SessionReceiver::getSessionState,
                "setSessionState", session -> session.setSessionState(new byte[1]));
        private final Map<String, Function<SessionReceiver, Object>> open = Map.of(
                "cancel", session -> session.cancel(new CompletableFuture<>()),
                "sessionId", SessionReceiver::sessionId,
                "sessionToken", SessionReceiver::sessionToken,
                "lockedUntilMs", SessionReceiver::lockedUntilMs,
                "close",
                        session -> {
                            session.close();
                            return "";
                        });

        @Test
        void everyMethodIsDeclared() {
            Set<String> declared = new TreeSet<>(closed.keySet());
            declared.addAll(open.keySet());
            assertThat(methodsOf(SessionReceiver.class)).containsAll(methodsOf(Receiver.class));
            assertThat(methodsOf(SessionReceiver.class)).isEqualTo(declared);
        }

        @Test
        void takingIsRefusedAndGivingBackIsNot() {
            policy(ClaimRoads.SESSIONS, Claim.LISTEN);
            SessionReceiver session = bus.get(app().acceptSession(ClaimRoads.SESSIONS, "a", SessionOptions.peekLock()));
            closed.forEach((name, call) ->
                    assertThat(isRefused(() -> call.apply(session))).as(name).isFalse());
            bus.get(bus.namespace.deletePolicy(ClaimRoads.SESSIONS, "app"));
            closed.forEach((name, call) ->
                    assertThat(isRefused(() -> call.apply(session))).as(name).isTrue());
            open.forEach((name, call) -> {
                if (!name.equals("cancel")) {
                    assertThat(isRefused(() -> call.apply(session))).as(name).isFalse();
                }
            });
        }
    }
}
